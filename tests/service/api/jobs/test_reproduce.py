"""Reproduction of jobs."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.specs import circles
from tests.worker.here import finish, work
from trainlet.store import Store
from worker.training import TrainingTask


def reproduce(client: FlaskClient, job_id: str) -> Any:
    return client.post(f"/v1/jobs/{job_id}/reproduce")


def job_document(client: FlaskClient, job_id: str) -> Any:
    return client.get(f"/v1/jobs/{job_id}").get_json().get("reproduces")


def test_it_states_whether_the_weights_are_the_same(client: FlaskClient, store: Store) -> None:
    origin = work(store, circles())
    response = reproduce(client, origin.id)
    assert response.status_code == 202
    again = response.get_json()
    assert response.headers["Location"] == f"/v1/jobs/{again['id']}"
    assert again["spec"] == client.get(f"/v1/jobs/{origin.id}").get_json()["spec"]
    waits: dict[str, Any] = {"job": origin.id, "equal": None, "sha256": None, "differences": {}}
    assert again["reproduces"] == waits
    finish(store, again["id"])
    result = job_document(client, again["id"])
    assert (result["job"], result["equal"], result["differences"]) == (origin.id, True, {})
    assert len(result["sha256"]) == 64
    assert job_document(client, origin.id) is None


def test_it_states_where_the_machines_differ(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = work(store, circles())
    again = reproduce(client, origin.id).get_json()["id"]
    monkeypatch.setattr("worker.result.fingerprint", lambda: {"machine": "abacus"})
    finish(store, again)
    result = job_document(client, again)
    assert result["equal"] is True
    assert result["differences"]["machine"][1] == "abacus"


def test_it_states_when_the_weights_are_others(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = work(store, circles())
    again = reproduce(client, origin.id).get_json()["id"]
    train = TrainingTask._train

    def badly(self: TrainingTask, prepared: Any, state: Any) -> None:
        train(self, prepared, state)
        state.parameters[0] = 7.0

    monkeypatch.setattr(TrainingTask, "_train", badly)
    finish(store, again)
    assert job_document(client, again)["equal"] is False


def test_a_fork_is_reproduced_from_where_it_began(client: FlaskClient, store: Store) -> None:
    first = work(store, circles(epochs=4, record={"every": 2}))
    start = {"start_from": {"job": first.id, "epoch": 2}}
    fork = client.post("/v1/jobs", json=circles(epochs=6) | start).get_json()
    finish(store, fork["id"])
    assert client.delete(f"/v1/jobs/{first.id}").status_code == 204
    again = reproduce(client, fork["id"]).get_json()["id"]
    finish(store, again)
    assert job_document(client, again)["equal"] is True


def test_what_cannot_be_reproduced(client: FlaskClient, store: Store) -> None:
    assert reproduce(client, "0" * 32).status_code == 404
    waiting = client.post("/v1/jobs", json=circles()).get_json()
    assert reproduce(client, waiting["id"]).status_code == 409
    cancelled = work(store, circles(epochs=10**5), cancel_after=1)
    assert reproduce(client, cancelled.id).status_code == 409
    origin = work(store, circles())
    again = reproduce(client, origin.id).get_json()["id"]
    finish(store, again)
    store.blobs.delete(f"models/{origin.id}.safetensors")
    assert job_document(client, again)["equal"] is None
