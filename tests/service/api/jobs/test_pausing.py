"""Pausing, resuming, deleting and finding jobs over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles
from tests.service.training import claim
from trainlet.queue import Queue
from trainlet.store import End, Store


def submit(client: FlaskClient, **more: Any) -> str:
    response = client.post("/v1/jobs", json=circles() | more)
    assert response.status_code == 202, response.text
    path: str = response.headers["Location"]
    return path


def test_a_waiting_job_leaves_the_queue_while_it_is_paused(
    client: FlaskClient, queue: Queue
) -> None:
    path = submit(client)
    response = client.post(f"{path}/pause")
    assert (response.status_code, response.get_json()["status"]) == (200, "paused")
    assert queue.waiting() == set()
    assert client.get("/v1/jobs?status=paused").get_json()["data"][0]["links"]["self"] == path
    assert client.post(f"{path}/pause").status_code == 200
    response = client.post(f"{path}/resume").get_json()
    assert (response["status"], response["queue_position"]) == ("queued", 1)
    assert client.post(f"{path}/resume").get_json()["queue_position"] == 1


def test_a_running_job_pauses_soon(client: FlaskClient, store: Store) -> None:
    path = submit(client)
    claim(store, store.jobs.get(path.split("/")[-1]))
    response = client.post(f"{path}/pause")
    assert (response.status_code, response.get_json()["status"]) == (202, "running")


@pytest.mark.parametrize("word", ["pause", "resume"])
def test_what_has_ended_stays_so(client: FlaskClient, train: Train, word: str) -> None:
    assert client.post(f"/v1/jobs/{train(circles()).id}/{word}").status_code == 409
    assert client.post(f"/v1/jobs/{'0' * 32}/{word}").status_code == 404


def test_a_cancelled_job_leaves_the_queue(client: FlaskClient, queue: Queue) -> None:
    path = submit(client)
    assert client.post(f"{path}/cancel").status_code == 200
    assert queue.waiting() == set()


def test_an_ended_job_can_be_deleted_and_its_model_stays(client: FlaskClient, train: Train) -> None:
    active = submit(client)
    assert client.delete(active).status_code == 409
    path = f"/v1/jobs/{train(circles()).id}"
    response = client.delete(path)
    assert (response.status_code, response.data) == (204, b"")
    assert client.delete(path).status_code == 404
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/history").status_code == 404
    assert client.get("/v1/models/circles").status_code == 200


def test_jobs_of_a_higher_priority_come_first(client: FlaskClient) -> None:
    low, normal, high = (submit(client, priority=word) for word in ("low", "normal", "high"))
    places = [client.get(path).get_json()["queue_position"] for path in (high, normal, low)]
    assert places == [1, 2, 3]


def test_jobs_are_listed_by_their_metadata(client: FlaskClient) -> None:
    red = submit(client, metadata={"team": "red", "run": "7"})
    submit(client, metadata={"team": "blue"})

    def result(query: str) -> list[str]:
        return [
            each["links"]["self"] for each in client.get(f"/v1/jobs?{query}").get_json()["data"]
        ]

    assert result("metadata.team=red") == result("metadata.team=red&metadata.run=7") == [red]
    assert result("metadata.team=red&metadata.run=8") == []
    assert len(result("")) == 2


@pytest.mark.parametrize(
    ("metadata", "pointer"),
    [
        ({"team": 1}, "#/metadata/team"),
        ({"team": "x" * 257}, "#/metadata/team"),
        ({"a b": "x"}, "#/metadata"),
        ({str(number): "x" for number in range(17)}, "#/metadata"),
        (["team"], "#/metadata"),
    ],
)
def test_wrong_metadata_are_reported(client: FlaskClient, metadata: Any, pointer: str) -> None:
    response = client.post("/v1/jobs", json=circles() | {"metadata": metadata})
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


@pytest.mark.parametrize("query", ["metadata=x", "metadata.a%20b=x", f"metadata.a={'x' * 257}"])
def test_a_wrong_filter_is_reported(client: FlaskClient, query: str) -> None:
    response = client.get(f"/v1/jobs?{query}")
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"].startswith("metadata")


@pytest.mark.parametrize(
    ("field", "value"), [("priority", "urgent"), ("max_seconds", 0), ("max_seconds", "long")]
)
def test_wrong_bounds_are_reported(client: FlaskClient, field: str, value: Any) -> None:
    response = client.post("/v1/jobs", json=circles() | {field: value})
    assert [error["pointer"] for error in response.get_json()["errors"]] == [f"#/{field}"]


def test_a_full_store_returns_507(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = submit(client)
    with monkeypatch.context() as full:
        full.setattr("trainlet.store.durable_files.os.fsync", _full)
        assert client.post("/v1/jobs", json=circles()).status_code == 507
        assert client.post(f"{path}/pause").status_code == 507
        assert client.get(path).status_code == 200
    assert len(client.get("/v1/jobs").get_json()["data"]) == 1


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_reproducible_is_reported(client: FlaskClient, store: Store) -> None:
    path = submit(client)
    assert client.get(path).get_json()["reproducible"] is True
    job = store.jobs.get(path.split("/")[-1])
    claim(store, job)
    store.attempts.end(job.id, End("succeeded", "max_seconds"), {})
    assert client.get(path).get_json()["reproducible"] is False
