"""Tests of `trainlet job` and `trainlet model` against the API."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from trainlet.cli import main
from trainlet.config import from_json
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Job, Store


@pytest.fixture
def trained(store: Store) -> Job:
    return train(store, line())


@pytest.fixture
def waiting(store: Store) -> Job:
    spec = from_json(JobSpec, circles())
    return store.jobs.accept(resolve(spec, describe(spec, store.datasets.read)))


def documents(text: str) -> list[Any]:
    return [json.loads(each) for each in text.splitlines()]


def test_jobs_are_listed_newest_first(api: httpx.WSGITransport, trained: Job, waiting: Job) -> None:
    header, first, second = run(api, "job", "list").stdout.splitlines()
    assert header.split() == ["job", "model", "status", "epochs", "loss", "created"]
    assert first.split()[:5] == [waiting.id, "circles", "1", "queued", "0/2"]
    assert second.split()[:5] == [trained.id, "line", "1", "succeeded", "1/1"]
    assert [job["id"] for job in documents(run(api, "job", "list", "--json").stdout)] == [
        waiting.id,
        trained.id,
    ]


def test_jobs_are_filtered(api: httpx.WSGITransport, trained: Job, waiting: Job) -> None:
    for options in (["--status", "queued"], ["--name", "circles"], ["--limit", "1"]):
        (result,) = documents(run(api, "job", "list", "--json", *options).stdout)
        assert result["id"] == waiting.id
    assert run(api, "job", "list", "--status", "asleep").exit_code == 3
    assert run(api, "job", "list", "--metadata", "team=blue").stderr == "No jobs.\n"
    assert run(api, "job", "list", "--metadata", "team").exit_code == 2


def test_empty_lists_are_reported(api: httpx.WSGITransport) -> None:
    for group in ("job", "model"):
        response = run(api, group, "list")
        assert (response.exit_code, response.stdout, response.stderr) == (0, "", f"No {group}s.\n")
        assert run(api, group, "list", "--json").stdout == ""


def test_a_job_is_shown_with_the_curve_of_its_loss(api: httpx.WSGITransport, trained: Job) -> None:
    output = run(api, "job", "show", trained.id, "--wait").stdout
    assert output.startswith("line version 1: succeeded after 1 epoch\n")
    assert "\n  loss     ▁\n" in output
    assert json.loads(run(api, "job", "show", trained.id, "--json").stdout)["id"] == trained.id


def test_an_unknown_job_exits_with_4(api: httpx.WSGITransport) -> None:
    for arguments in (["show", "0" * 32], ["show", "../models"], ["cancel", "huh"]):
        response = run(api, "job", *arguments)
        assert response.exit_code == 4, response.output
        assert response.stderr.startswith("Error: ")


def test_cancelling_a_job_is_idempotent(api: httpx.WSGITransport, waiting: Job) -> None:
    for _ in range(2):
        response = run(api, "job", "cancel", waiting.id)
        assert (response.exit_code, response.stdout) == (0, f"Job {waiting.id} is cancelled.\n")


def test_a_succeeded_job_cannot_be_cancelled(api: httpx.WSGITransport, trained: Job) -> None:
    response = run(api, "job", "cancel", trained.id)
    assert response.exit_code == 5
    assert "has succeeded" in response.stderr


def test_a_job_is_paused_and_resumed(api: httpx.WSGITransport, waiting: Job, trained: Job) -> None:
    for verb, predicate, status in (
        ("pause", "is paused", "paused"),
        ("resume", "is resumed", "queued"),
    ):
        for _ in range(2):
            response = run(api, "job", verb, waiting.id)
            assert (response.exit_code, response.stdout) == (0, f"Job {waiting.id} {predicate}.\n")
        assert json.loads(run(api, "job", verb, waiting.id, "--json").stdout)["status"] == status
        assert run(api, "job", verb, trained.id).exit_code == 5


def test_events_of_a_job_are_printed_in_lines(api: httpx.WSGITransport, trained: Job) -> None:
    lines = run(api, "job", "events", trained.id).stdout.splitlines()
    assert [each.split()[0] for each in lines] == ["queued", "running", "epoch", "succeeded"]
    assert lines[2].startswith("epoch  epoch 1  loss ")
    result = documents(run(api, "job", "events", trained.id, "--json").stdout)
    assert result[3]["data"]["end_reason"] == "completed"
    later = documents(
        run(api, "job", "events", trained.id, "--json", "--after", result[1]["id"]).stdout
    )
    assert later == result[2:]
    assert run(api, "job", "events", trained.id, "--after", "huh").exit_code == 3
    assert run(api, "job", "events", "0" * 32).exit_code == 4


def test_models_are_listed(api: httpx.WSGITransport, trained: Job) -> None:
    header, row = run(api, "model", "list").stdout.splitlines()
    assert header.split()[:3] == ["model", "version", "task"]
    assert row.split()[:4] == ["line", "1", "regression", "2"]
    (result,) = documents(run(api, "model", "list", "--json").stdout)
    assert result["name"] == "line"


def test_weights_are_saved_whole_and_nothing_is_overwritten(
    api: httpx.WSGITransport, store: Store, trained: Job, tmp_path: Path
) -> None:
    weights = store.models.weights("line", 1)
    file = tmp_path / "line.safetensors"
    saved = run(api, "model", "export", "line", "-o", str(file), "--json")
    assert json.loads(saved.stdout)["sha256"] == hashlib.sha256(weights).hexdigest()
    assert file.read_bytes() == weights
    again = run(api, "model", "export", "line", "-o", str(file))
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert run(api, "model", "export", "line", "-o", str(file), "--force").stdout == f"{file}\n"
    assert [path.name for path in tmp_path.glob("*.safetensors*")] == [file.name]
    assert run(api, "model", "export", "line", "-o", "-").stdout_bytes == weights


def test_other_formats_are_saved(
    api: httpx.WSGITransport, trained: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    response = run(api, "model", "export", "line", "--format", "standalone", "--json")
    (document,) = documents(response.stdout)
    content = Path(document["path"]).read_bytes()
    assert document["path"] == "line-1.py"
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert (
        run(api, "model", "export", "line", "--format", "standalone", "-o", "-").stdout_bytes
        == content
    )
    assert run(api, "model", "export", "line", "--format", "pickle").exit_code == 2


def test_weights_that_cannot_be_written_are_reported(
    api: httpx.WSGITransport, trained: Job, tmp_path: Path
) -> None:
    response = run(api, "model", "export", "line", "-o", str(tmp_path / "none" / "file"))
    assert response.exit_code == 1
    assert "No such file or directory" in response.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://["])
def test_an_unreachable_api_exits_with_6(url: str) -> None:
    response = CliRunner().invoke(main, ["job", "list", "--url", url])
    assert response.exit_code == 6, response.output
    assert response.stderr.startswith("Error: ")
    assert "Traceback" not in response.stderr


@pytest.mark.parametrize("url", ["localhost:8000", "nonsense", "ftp://a"])
def test_url_without_http_is_invalid(url: str) -> None:
    response = CliRunner().invoke(main, ["job", "list", "--url", url])
    assert response.exit_code == 3, response.output
    assert "must start with http:// or https://" in response.output
