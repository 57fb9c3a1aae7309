"""Folders in which processes count together: gone with them, and after those that were killed."""

from __future__ import annotations

import os
import tempfile
from multiprocessing import get_context
from pathlib import Path

import pytest
from prometheus_client import values

from service.monitoring.meters import Meters
from service.monitoring.shared import FOLDER, PREFIX, shared


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where folders for a while are; nothing else in this process counts in files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv(FOLDER, "")
    return tmp_path


def counted(meters: Meters) -> dict[str, float]:
    return {sample.name: sample.value for metric in meters.collect() for sample in metric.samples}


def test_forked_processes_count_together(folder: Path) -> None:
    def work() -> None:
        meters.answered("GET", "/", 200, 0.1)
        meters.cache_bytes.set(100)

    with shared():
        meters = Meters()
        for _ in range(2):
            child = get_context("fork").Process(target=work)
            child.start()
            child.join()
        work()
        found = counted(meters)
    assert found["trainlet_requests_total"] == 3
    assert found["trainlet_request_seconds_sum"] == pytest.approx(0.3)
    assert found["trainlet_model_cache_bytes"] == 300
    assert not list(folder.iterdir())


def test_a_folder_goes_that_nobody_holds_any_longer_and_no_other(folder: Path) -> None:
    left, young, other = (folder / f"{name}x" for name in (PREFIX, f"{PREFIX}y", "another-"))
    for each in (left, young, other):
        each.mkdir()
        each.joinpath("counter_1.db").touch()
    with shared():
        [own] = set(folder.iterdir()) - {left, young, other}
        for old in (left, own, other):
            os.utime(old, (0, 0))
        with shared():
            assert not left.exists()
            assert all(each.exists() for each in (young, own, other))
