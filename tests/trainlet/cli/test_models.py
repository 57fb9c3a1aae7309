"""Tests of `trainlet model show|import|alias|delete`, `job delete` and `train --dry-run`."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from trainlet.store import Job, Store


@pytest.fixture
def trained(store: Store) -> Job:
    return train(store, line())


def test_a_model_is_shown(api: httpx.WSGITransport, trained: Job) -> None:
    lines = run(api, "model", "show", "line").stdout.splitlines()
    assert lines[0] == "line version 1: regression"
    assert lines[1] == f"  job         {trained.id}"
    assert "  columns     x1" in lines
    assert json.loads(run(api, "model", "show", "line", "--json").stdout)["version"] == 1
    assert run(api, "model", "show", "lines").exit_code == 4


def test_an_exported_model_is_imported(
    api: httpx.WSGITransport, trained: Job, tmp_path: Path
) -> None:
    file = tmp_path / "line.safetensors"
    assert run(api, "model", "export", "line", "-o", str(file)).exit_code == 0
    assert run(api, "model", "import", "copy", str(file)).stdout == "copy version 1\n"
    imported = run(api, "model", "import", "copy", "-", "--json", stdin=file.read_bytes())
    assert json.loads(imported.stdout)["version"] == 2
    assert run(api, "predict", "copy", "-", stdin="1\n").stdout.split() == ["value", "2.0"]
    assert run(api, "model", "import", "copy", "-", stdin="pickle").exit_code == 3


def test_aliases_are_set_and_deleted(api: httpx.WSGITransport, store: Store, trained: Job) -> None:
    train(store, line())
    response = run(api, "model", "alias", "line", "best", "1")
    assert response.stdout == "Alias best of line refers to version 1.\n"
    assert "  aliases     best" in run(api, "model", "show", "line", "--version", "best").stdout
    newest = run(api, "model", "alias", "line", "new", "--json")
    assert json.loads(newest.stdout) == {"name": "line", "alias": "new", "version": 2}
    assert run(api, "model", "delete", "line", "--version", "1").exit_code == 5
    deleted = run(api, "model", "alias", "line", "best", "--delete")
    assert deleted.stdout == "Deleted alias best of line.\n"
    assert run(api, "model", "alias", "line", "best", "--delete").exit_code == 4
    assert run(api, "model", "alias", "line", "best", "1", "--delete").exit_code == 2
    assert run(api, "model", "alias", "line", "best", "7").exit_code == 4


def test_versions_and_models_are_deleted(
    api: httpx.WSGITransport, store: Store, trained: Job
) -> None:
    train(store, line())
    assert run(api, "model", "delete", "line").exit_code == 2
    assert run(api, "model", "delete", "line", "--version", "1", "--all").exit_code == 2
    first = run(api, "model", "delete", "line", "--version", "1")
    assert first.stdout == "Deleted model line version 1.\n"
    rest = run(api, "model", "delete", "line", "--all", "--json")
    assert json.loads(rest.stdout) == {"deleted": "model", "name": "line"}
    assert run(api, "model", "show", "line").exit_code == 4


def test_the_record_of_a_finished_job_is_deleted(api: httpx.WSGITransport, trained: Job) -> None:
    submitted = run(api, "train", "-", "--no-wait", stdin=json.dumps(circles())).stdout.strip()
    assert run(api, "job", "delete", submitted).exit_code == 5
    deleted = run(api, "job", "delete", trained.id)
    assert (deleted.exit_code, deleted.stdout) == (0, f"Deleted job {trained.id}.\n")
    assert run(api, "job", "show", trained.id).exit_code == 4
    assert run(api, "model", "show", "line").exit_code == 0


def test_a_dry_run_prints_the_layers_and_the_cost(api: httpx.WSGITransport) -> None:
    response = run(api, "train", "-", "--dry-run", stdin=json.dumps(circles()))
    assert response.exit_code == 0, response.output
    lines = response.stdout.splitlines()
    assert lines[0].split("  ")[0] == "layer"
    assert lines[1].split() == ["0", "dense", "4", "12"]
    assert "parameters  17" in lines
    assert lines[-1].startswith("time        ")
    document = run(api, "train", "-", "--dry-run", "--json", stdin=json.dumps(circles())).stdout
    assert json.loads(document)["parameters"] == 17
    assert "No jobs." in run(api, "job", "list").stderr
    wrong = run(api, "train", "-", "--dry-run", stdin=json.dumps(circles(epochs=0)))
    assert wrong.exit_code == 3
    assert "<stdin>:1:" in wrong.stderr
