"""Dry runs: validation and estimates without a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.jobs import estimate
from service.app import create_app
from service.context import Context
from service.http import mutex
from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store

LAP = 0.001
"""Seconds of everything, by the clock of these tests."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def seconds(work: Callable[[], object]) -> float:
        work()
        return LAP

    monkeypatch.setattr(estimate, "_seconds", seconds)
    monkeypatch.setattr(estimate, "BUDGET_SECONDS", 9.5 * LAP)


def dry(client: FlaskClient, document: Any) -> Any:
    return client.post("/v1/jobs?dry_run=true", json=document)


def files(store: Store) -> set[str]:
    return {str(path) for path in store.blobs.root.rglob("*") if path.is_file()}


def test_a_job_is_reported_before_it_is_one(
    client: FlaskClient, store: Store, queue: Queue
) -> None:
    before = files(store)
    response = dry(client, circles())
    assert response.status_code == 200, response.text
    payload = response.get_json()
    assert [layer["output_shape"] for layer in payload["layers"]] == [[4], [1]]
    assert [layer["parameters"] for layer in payload["layers"]] == [12, 5]
    assert (payload["parameters"], payload["input_shape"]) == (17, [2])
    assert payload["splits"] == {"training": 80, "validation": 0, "test": 20}
    assert payload["memory"]["bytes"] > payload["memory"]["parameters"] == 17 * 4 * 4
    assert files(store) == before
    assert not queue.waiting()
    accepted = client.post("/v1/jobs", json=circles()).get_json()
    assert (accepted["model"]["version"], accepted["spec"]) == (1, payload["spec"])


def test_inline_data_are_named_but_not_stored(client: FlaskClient, store: Store) -> None:
    before = files(store)
    payload = dry(client, line()).get_json()
    assert files(store) == before
    accepted = client.post("/v1/jobs?dry_run=false", json=line())
    assert accepted.status_code == 202
    assert accepted.get_json()["spec"] == payload["spec"]


def test_seconds_are_those_of_all_steps(client: FlaskClient) -> None:
    payload = dry(client, circles(epochs=50)).get_json()
    assert payload["measured_steps"] == 10
    assert payload["seconds"] == pytest.approx(50 * 3 * LAP)  # 80 samples in mini-batches of 32
    assert dry(client, circles(epochs=50, batch_size=1)).get_json()["seconds"] == pytest.approx(
        50 * 80 * LAP
    )


def test_what_comes_once_an_epoch_is_counted_by_the_epoch(client: FlaskClient) -> None:
    document = circles(
        epochs=50,
        record={"diagnostics": True},
        early_stopping={"monitor": "validation_loss"},
        class_weights="balanced",
    )
    document["dataset"]["split"] = {"validation": 0.2}
    assert dry(client, document).get_json()["seconds"] == pytest.approx(50 * 3 * LAP)


def test_a_large_step_is_worked_out_from_small_ones(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "STEP_SECONDS", 0.0)
    payload = dry(client, circles(batch_size=80)).get_json()
    step = LAP + 79 * LAP / 4  # one sample, and a quarter of its time for each further one
    assert payload["seconds"] == pytest.approx(2 * step)
    assert payload["measured_steps"] > 0


def test_a_large_step_with_batch_normalization_is_worked_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "STEP_SECONDS", 0.0)
    document = circles(batch_size=80)
    document["architecture"]["layers"].insert(1, {"type": "batch_normalization"})
    payload = dry(client, document).get_json()
    assert payload["measured_steps"] > 0
    assert payload["seconds"] > 0


def test_what_is_too_large_to_be_tried_is_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "MAX_STEP_SECONDS", 0.0)
    one, two = (dry(client, circles(epochs=epochs)).get_json() for epochs in (1, 2))
    assert one["measured_steps"] == 0
    assert two["seconds"] == pytest.approx(2 * one["seconds"])
    assert one["seconds"] > 0
    assert one["memory"]["buffers"] > 0


def test_a_fork_trains_the_epochs_that_are_left(client: FlaskClient, store: Store) -> None:
    rule = {"optimizer": "sgd", "record": {"every": 2}}
    job = work(store, circles(epochs=4, **rule))
    start = {"start_from": {"job": job.id, "epoch": 2}}
    payload = dry(client, circles(epochs=6, **rule) | start).get_json()
    assert payload["seconds"] == pytest.approx(4 * 3 * LAP)
    start["start_from"]["state"] = "weights"
    payload = dry(client, circles(epochs=6, **rule) | start).get_json()
    assert payload["seconds"] == pytest.approx(6 * 3 * LAP)
    response = dry(client, circles(epochs=6, **rule) | {"start_from": {"job": job.id, "epoch": 3}})
    assert response.get_json()["errors"][0]["pointer"] == "#/start_from/epoch"


def test_the_place_in_the_queue_goes_by_priority(client: FlaskClient, queue: Queue) -> None:
    queue.submit("0" * 32, 1, "normal")
    queue.submit("1" * 32, 2, "normal")
    places = {
        priority: dry(client, circles() | {"priority": priority}).get_json()["queue_position"]
        for priority in ("low", "normal", "high")
    }
    assert places == {"low": 3, "normal": 3, "high": 1}


def test_without_redis_no_one_knows_the_place(store: Store) -> None:
    app = create_app(Settings(), store, Queue(connect("unix:///nowhere/at/all")))
    response = dry(app.test_client(), circles())
    assert (response.status_code, response.get_json()["queue_position"]) == (200, None)


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        (circles(epochs=0), ["#/training/epochs"]),
        (circles(loss="categorical_cross_entropy"), ["#/training/loss"]),
        ({}, ["#/architecture", "#/dataset", "#/training"]),
        (circles() | {"start_from": {"job": "0" * 32}}, ["#/start_from/job"]),
    ],
)
def test_the_faults_are_those_of_a_submission(
    client: FlaskClient, document: Any, pointers: list[str]
) -> None:
    response, other = dry(client, document), client.post("/v1/jobs", json=document)
    assert response.status_code == other.status_code == 422
    assert response.get_json() == other.get_json()
    assert [error["pointer"] for error in response.get_json()["errors"]] == pointers


@pytest.mark.parametrize("word", ["1", "yes", "", "True"])
def test_other_words_than_true_and_false_queue_nothing(
    client: FlaskClient, queue: Queue, word: str
) -> None:
    response = client.post(f"/v1/jobs?dry_run={word}", json=circles())
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "dry_run"
    assert not queue.waiting()


def test_dry_runs_come_one_at_a_time(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutex, "TIMEOUT_SECONDS", 0.01)
    ctx: Context = client.application.extensions["trainlet"]
    with ctx.estimates.taken():
        response = dry(client, circles())
        assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert dry(client, circles()).status_code == 200
