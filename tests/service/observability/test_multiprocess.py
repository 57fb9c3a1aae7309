"""Directories for metrics of several processes, removed after exits and kills."""

from __future__ import annotations

import os
import tempfile
from errno import ENOSPC
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import Mock

import pytest
from prometheus_client import values

from service.app import routes
from service.observability.metrics import Metrics
from service.observability.multiprocess import FOLDER, KINDS, MAX_FILE_BYTES, PREFIX, shared
from trainlet.errors import ServiceUnavailableError


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where folders for a while are; nothing else in this process counts in files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv(FOLDER, "")
    return tmp_path


def counted(metrics_collector: Metrics) -> dict[str, float]:
    return {
        sample.name: sample.value
        for metric in metrics_collector.collect()
        for sample in metric.samples
    }


def test_forked_processes_count_together(folder: Path) -> None:
    def work() -> None:
        metrics_collector.answered("GET", "/", 200, 0.1)
        metrics_collector.cache_bytes.set(100)

    with shared():
        metrics_collector = Metrics()
        for _ in range(2):
            child = get_context("fork").Process(target=work)
            child.start()
            child.join()
        work()
        result = counted(metrics_collector)
    assert result["trainlet_http_requests_total"] == 3
    assert result["trainlet_http_request_duration_seconds_sum"] == pytest.approx(0.3)
    assert result["trainlet_model_cache_bytes"] == 300
    assert not list(folder.iterdir())


def test_there_is_room_for_all_series_before_the_first_is_counted(folder: Path) -> None:
    """A page of a sparse file that is first touched on a full disk causes SIGBUS."""
    with shared():
        files = list(folder.glob("*/*.db"))
        assert {file.name.rpartition("_")[0] for file in files} == set(KINDS)
        rooms = {file.stat().st_blocks * 512 for file in files}
        metrics_collector = Metrics()
        for rule in routes().url_map.iter_rules():
            for method in rule.methods or ():
                for status in range(200, 212):
                    metrics_collector.answered(method, rule.rule, status, 0.1)
        assert min(rooms) >= MAX_FILE_BYTES
        assert {file.stat().st_size for file in files} == {MAX_FILE_BYTES}


def test_without_room_it_reports_it_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(ENOSPC, "No space left on device")
    monkeypatch.setattr(os, "posix_fallocate", Mock(side_effect=full))
    with pytest.raises(ServiceUnavailableError, match=f"{folder}.*: No space left"), shared():
        pass
    assert not list(folder.iterdir())


def test_a_folder_goes_that_no_one_holds_any_longer_and_no_other(folder: Path) -> None:
    left, young, link, pipe = (folder / f"{PREFIX}{name}" for name in ("a", "b", "c", "d"))
    other = folder / "another"
    for each in (left, young, other):
        each.mkdir()
        each.joinpath("counter_1.db").touch()
    link.symlink_to(other)
    os.mkfifo(pipe)  # opening it blocks until the other end is opened
    kept = {young, link, pipe, other}
    with shared():
        [own] = set(folder.iterdir()) - {left, *kept}
        for old in (left, own, link, pipe, other):
            os.utime(old, (0, 0), follow_symlinks=False)
        with shared():
            assert not left.exists()
            assert all(each.exists() for each in (own, *kept, other / "counter_1.db"))
