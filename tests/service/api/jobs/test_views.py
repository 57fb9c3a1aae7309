"""Jobs over HTTP: acceptance, errors, lists, waiting, cancellation, history."""

from __future__ import annotations

import json
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.eventually import eventually
from tests.service.conftest import Train
from tests.service.specs import circles, line
from tests.service.training import claim
from tests.valkey import Valkey
from trainlet.queue import Progress, Queue
from trainlet.store import End, Store


def post(client: FlaskClient, spec: Any) -> Any:
    return client.post("/v1/jobs", json=spec)


def pointers(response: Any) -> dict[str, Any]:
    assert response.status_code == 422, response.text
    assert response.content_type == "application/problem+json"
    return {error["pointer"]: error for error in response.get_json()["errors"]}


def test_an_accepted_job_is_stored_queued_and_echoed_with_every_default(
    client: FlaskClient, store: Store, queue: Queue
) -> None:
    response = post(client, circles())
    job = response.get_json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert response.headers["Retry-After"] == "1"
    assert (job["status"], job["attempt"], job["queue_position"]) == ("queued", 0, 1)
    assert job["progress"] == {
        "epoch": 0,
        "epochs": 2,
        "step": 0,
        "fraction": 0.0,
        "metrics": {"loss": None},
        "seconds_left": None,
    }
    assert job["model"] == {"name": "circles", "version": 1, "ready": False}
    assert job["spec"]["training"]["loss"] == {"type": "binary_cross_entropy"}
    assert job["spec"]["training"]["batch_size"] == 32
    assert job["spec"]["dataset"]["task"] == "classification"
    assert store.jobs.get(job["id"]).document == job["spec"]
    assert queue.waiting() == {job["id"]}


def test_what_is_echoed_is_a_spec_that_can_be_posted_again(client: FlaskClient) -> None:
    echoed = post(client, line()).get_json()["spec"]
    assert post(client, echoed).get_json()["spec"] == echoed


def test_inline_data_are_stored_once_as_a_dataset(client: FlaskClient, store: Store) -> None:
    one, other = (post(client, line()).get_json()["spec"]["dataset"]["source"] for _ in range(2))
    assert one == other
    assert one["type"] == "uploaded"
    content = store.datasets.read(one["id"])
    assert isinstance(content, bytes)
    assert json.loads(content) == {"inputs": [[1], [2]], "targets": [2, 4]}


def test_all_faults_of_the_form_are_reported_at_once(client: FlaskClient, store: Store) -> None:
    spec = circles(epochs=0, colour="red")
    spec["name"] = "Circles"
    spec["architecture"]["layers"][0] |= {"units": 0, "activation": "swoosh"}
    del spec["architecture"]["layers"][1]["units"]
    result = pointers(post(client, spec))
    assert set(result) == {
        "#/architecture/layers/0/activation",
        "#/architecture/layers/0/units",
        "#/architecture/layers/1/units",
        "#/name",
        "#/training/colour",
        "#/training/epochs",
    }
    assert result["#/architecture/layers/0/units"] == {
        "pointer": "#/architecture/layers/0/units",
        "value": 0,
        "allowed": "an integer from 1 to 65536",
        "detail": "must be an integer from 1 to 65536",
    }
    assert "one of" in result["#/architecture/layers/0/activation"]["allowed"]
    assert "sigmoid" in result["#/architecture/layers/0/activation"]["allowed"]
    assert store.jobs.list(1) == ([], None)


def test_faults_between_fields_are_reported_before_anything_is_queued(
    client: FlaskClient, queue: Queue
) -> None:
    spec = circles(loss="categorical_cross_entropy", epochs=1_000_000)
    spec["architecture"]["layers"][0]["units"] = 65_536
    spec["architecture"]["layers"][1]["units"] = 3
    result = pointers(post(client, spec))
    assert "#/architecture/layers/1/units" in result
    assert "#/training/loss" in result
    assert "TRAINLET_MAX_WORK" in result["#/training/epochs"]["detail"]
    assert queue.waiting() == set()


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({"inputs": [[1], [2, 3]]}, "#/dataset/source/inputs/1"),
        ({"inputs": [[1], ["2"]]}, "#/dataset/source/inputs/1/0"),
        ({"inputs": [], "targets": []}, "#/dataset/source/inputs"),
        ({"targets": [1]}, "#/dataset/source/targets"),
        ({"targets": [1, True]}, "#/dataset/source/targets/1"),
    ],
)
def test_faults_in_inline_data_have_their_place(
    client: FlaskClient, source: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(post(client, line(**source)))


def test_an_unknown_dataset_is_a_fault_of_the_spec(client: FlaskClient) -> None:
    spec = line()
    spec["dataset"]["source"] = {"type": "uploaded", "id": "0" * 64}
    assert set(pointers(post(client, spec))) == {"#/dataset/source/id"}


def test_many_faults_are_counted_and_the_first_hundred_listed(client: FlaskClient) -> None:
    spec = circles(**{f"unknown-{number}": 1 for number in range(150)})
    problem = post(client, spec).get_json()
    assert len(problem["errors"]) == 100
    assert "150 errors" in problem["detail"]


def test_a_full_queue_returns_429_and_accepts_nothing(client: FlaskClient, store: Store) -> None:
    for _ in range(3):
        assert post(client, circles()).status_code == 202
    response = post(client, circles())
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert len(store.jobs.list(10)[0]) == 3


def test_jobs_are_listed_newest_first_in_pages(client: FlaskClient) -> None:
    names = ["a", "b", "a"]
    made = [post(client, circles() | {"name": name}).get_json()["id"] for name in names]
    page = client.get("/v1/jobs?limit=2").get_json()
    rest = client.get(f"/v1/jobs?limit=2&cursor={page['next']}").get_json()
    assert [job["id"] for job in page["data"] + rest["data"]] == sorted(made, reverse=True)
    assert rest["next"] is None
    assert "spec" not in page["data"][0]


def test_jobs_are_chosen_by_status_and_name(client: FlaskClient) -> None:
    jobs = [post(client, circles() | {"name": name}).get_json() for name in ("a", "b")]
    client.post(f"/v1/jobs/{jobs[0]['id']}/cancel")

    def ids(query: str) -> list[str]:
        return [job["id"] for job in client.get(f"/v1/jobs?{query}").get_json()["data"]]

    assert ids("status=queued") == [jobs[1]["id"]]
    assert ids("name=a") == [jobs[0]["id"]]
    assert ids("name=a&status=queued") == []


def test_faults_in_a_query_name_the_parameter(client: FlaskClient) -> None:
    response = client.get("/v1/jobs?limit=0&status=lost&cursor=x&colour=red")
    assert response.status_code == 422
    errors = {error["parameter"]: error["value"] for error in response.get_json()["errors"]}
    assert errors == {"limit": 0, "status": "lost", "cursor": "x", "colour": "red"}


def test_progress_of_a_running_job_comes_from_the_queue(
    client: FlaskClient, store: Store, queue: Queue
) -> None:
    job = store.jobs.get(post(client, circles()).get_json()["id"])
    claim(store, job)
    progress = Progress(1, 1, 2, 3, 0.5, {"loss": float("inf")}, 2.5)
    queue.report(job.id, progress, {"loss": [float("inf")]}, 0)
    payload = client.get(f"/v1/jobs/{job.id}").get_json()
    assert (payload["status"], payload["queue_position"]) == ("running", None)
    assert payload["progress"] == {
        "epoch": 1,
        "epochs": 2,
        "step": 3,
        "fraction": 0.5,
        "metrics": {"loss": "inf"},
        "seconds_left": 2.5,
    }
    assert client.get(f"/v1/jobs/{job.id}/history").get_json() == {"loss": ["inf"]}


def test_a_succeeded_job_links_to_its_model(client: FlaskClient, train: Train) -> None:
    job = client.get(f"/v1/jobs/{train(circles()).id}").get_json()
    assert (job["status"], job["end_reason"]) == ("succeeded", "completed")
    assert job["model"]["ready"]
    assert (job["progress"]["epoch"], job["progress"]["fraction"]) == (2, 1.0)
    assert job["progress"]["metrics"]["loss"] > 0
    for link in job["links"].values():
        assert client.get(link).status_code == 200


def test_history_has_an_entry_for_each_epoch_as_json_and_as_csv(
    client: FlaskClient, train: Train
) -> None:
    path = f"/v1/jobs/{train(circles()).id}/history"
    history = client.get(path).get_json()
    assert len(history["loss"]) == 2
    response = client.get(path, headers={"Accept": "text/csv"})
    assert response.mimetype == "text/csv"
    lines = response.text.splitlines()
    assert lines[0].split(",") == ["epoch", *history]
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]
    assert float(lines[2].split(",")[1]) == history["loss"][1]


def test_waiting_ends_with_the_job(client: FlaskClient, store: Store) -> None:
    job = store.jobs.get(post(client, circles()).get_json()["id"])
    responses = []
    waiting = Thread(target=lambda: responses.append(client.get(f"/v1/jobs/{job.id}?wait=30")))
    waiting.start()
    store.attempts.end(job.id, End("cancelled", "cancelled"), {})
    waiting.join(60)
    assert responses[0].get_json()["status"] == "cancelled"


def test_waiting_ends_when_the_service_stops(client: FlaskClient, stopping: Event) -> None:
    path = post(client, circles()).headers["Location"]
    responses = []
    waiting = Thread(target=lambda: responses.append(client.get(f"{path}?wait=30")))
    waiting.start()
    stopping.set()
    waiting.join(60)
    assert responses[0].get_json()["status"] == "queued"


def test_more_waits_than_the_server_can_bear_are_refused_and_others_served(
    app: Flask, stopping: Event
) -> None:
    path = post(app.test_client(), circles()).headers["Location"]
    responses: list[Any] = []

    def wait() -> None:
        responses.append(app.test_client().get(f"{path}?wait=30"))

    threads = [Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        (refused,) = eventually(lambda: responses, what="a wait is refused")
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert "2 requests already wait" in refused.get_json()["detail"]
        assert app.test_client().get(path).status_code == 200
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert sorted(response.status_code for response in responses) == [200, 200, 503]


def test_a_waiting_job_is_cancelled_at_once_and_again(client: FlaskClient) -> None:
    path = post(client, circles()).headers["Location"]
    response = client.post(f"{path}/cancel")
    assert response.status_code == 200
    assert response.get_json()["status"] == "cancelled"
    assert "cancel" not in response.get_json()["links"]
    assert client.post(f"{path}/cancel").status_code == 200


def test_a_running_job_is_requested_to_stop(client: FlaskClient, store: Store) -> None:
    job = store.jobs.get(post(client, circles()).get_json()["id"])
    claim(store, job)
    response = client.post(f"/v1/jobs/{job.id}/cancel")
    assert response.status_code == 202
    assert response.get_json()["cancel_requested_at"] is not None


def test_what_has_succeeded_cannot_be_cancelled(client: FlaskClient, train: Train) -> None:
    assert client.post(f"/v1/jobs/{train(circles()).id}/cancel").status_code == 409


@pytest.mark.parametrize("path", ["", "/cancel", "/history"])
@pytest.mark.parametrize("job_id", ["0" * 32, "..", "%00", "%ff", "a" * 5000])
def test_there_is_no_such_job(client: FlaskClient, job_id: str, path: str) -> None:
    method = "POST" if path == "/cancel" else "GET"
    response = client.open(f"/v1/jobs/{job_id}{path}", method=method)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_without_redis_jobs_are_shown_but_not_accepted(
    client: FlaskClient, valkey: Valkey, train: Train
) -> None:
    waiting = post(client, circles()).headers["Location"]
    ended = f"/v1/jobs/{train(circles()).id}"
    valkey.kill()
    try:
        response = post(client, circles())
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert client.get(ended).get_json()["progress"]["epoch"] == 2
        job = client.get(waiting).get_json()
        assert (job["status"], job["queue_position"], job["progress"]) == ("queued", None, None)
        assert client.get(f"{waiting}/history").get_json() == {}
    finally:
        valkey.start()
