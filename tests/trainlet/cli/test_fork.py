from __future__ import annotations

import json

import httpx
import pytest

from tests.service.specs import circles
from tests.trainlet.cli.command import run
from tests.worker.here import work
from trainlet.store import Job, Store


@pytest.fixture
def job(store: Store) -> Job:
    return work(store, circles(epochs=4, record={"every": 2}))


def test_a_fork_has_the_spec_of_its_job_with_the_changes(
    api: httpx.WSGITransport, job: Job
) -> None:
    changes = (
        *("--epoch", "2", "--epochs", "6", "--name", "fork"),
        *("--set", "training.batch_size=16", "--set", "metadata.team=blue"),
        *("--set", 'architecture.layers.0.activation={"type": "relu"}'),
    )
    response = run(api, "job", "fork", job.id, *changes, "--no-wait", "--json")
    assert response.exit_code == 0, response.output
    fork = json.loads(response.stdout)
    assert fork["name"] == "fork"
    spec = fork["spec"]
    assert spec["start_from"] == {"job": job.id, "epoch": 2, "state": "all"}
    assert (spec["training"]["epochs"], spec["training"]["batch_size"]) == (6, 16)
    assert spec["metadata"] == {"team": "blue"}
    assert spec["architecture"]["layers"][0]["activation"] == {"type": "relu"}


def test_a_fork_may_start_from_weights_alone(api: httpx.WSGITransport, job: Job) -> None:
    response = run(api, "job", "fork", job.id, "--state", "weights", "--no-wait")
    assert response.exit_code == 0, response.output
    fork = json.loads(run(api, "job", "show", response.stdout.strip(), "--json").stdout)
    assert fork["spec"]["start_from"] == {"job": job.id, "epoch": 4, "state": "weights"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--epochs", "4"], 3, "#/training/epochs: must be more than 4"),
        (["--epoch", "3"], 3, "must be an epoch with a snapshot, not 3"),
        (["--set", "training.epochs"], 2, "must be FIELD=JSON"),
        (["--set", "training.loss.0.x=1"], 2, "must be FIELD=JSON"),
        (["--set", "architecture.layers.9.units=1"], 2, "must be FIELD=JSON"),
        (["--set", "training.epoch=9"], 3, "#/training/epoch"),
        (["--state", "half"], 2, "'half' is not one of"),
    ],
)
def test_invalid_forks_are_reported(
    arguments: list[str], code: int, message: str, api: httpx.WSGITransport, job: Job
) -> None:
    response = run(api, "job", "fork", job.id, *arguments, "--no-wait")
    assert response.exit_code == code, response.output
    assert message in response.stderr
