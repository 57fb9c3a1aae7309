from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from click.testing import CliRunner

from tests.service.specs import circles
from tests.service.training import train
from trainlet.cli import main
from trainlet.store import Store
from trainlet.store import __main__ as program


@pytest.fixture
def environment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINLET_BLOB_URL", store.blobs.root.as_uri())


@pytest.mark.usefixtures("environment")
def test_the_counts_are_printed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    train(store, circles())
    assert program.main("reindex") == 0
    assert json.loads(capsys.readouterr().out) == {"jobs": 1, "damaged": []}


def test_an_invalid_setting_exits_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAINLET_BLOB_URL", "nowhere")
    assert program.main("reindex") == 3
    assert capsys.readouterr().err.startswith("Error: TRAINLET_BLOB_URL='nowhere' must be ")


def test_it_runs_in_a_subprocess(monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        assert command[1:] == ["-m", "trainlet.store", "reindex", "{}"]
        return subprocess.CompletedProcess(command, 0, b'{"jobs": 2, "damaged": ["a"]}')

    monkeypatch.setattr("subprocess.run", ran)
    response = CliRunner().invoke(main, ["store", "reindex"])
    assert (response.exit_code, response.stdout) == (1, "2 jobs indexed\n")
    assert response.stderr == "the record of job a is damaged\n"
    assert json.loads(CliRunner().invoke(main, ["store", "reindex", "--json"]).stdout)["jobs"] == 2
