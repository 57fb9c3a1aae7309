"""Jobs with several repeats over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.specs import circles
from tests.worker.here import work
from trainlet.store import Store


def several(count: Any, **training: Any) -> dict[str, Any]:
    return circles(**training) | {"repeats": count}


def test_a_job_reports_of_all_its_trainings(client: FlaskClient, store: Store) -> None:
    accepted = client.post("/v1/jobs", json=several(3)).get_json()
    assert (accepted["spec"]["repeats"], accepted["repeats"]) == (3, None)
    job = work(store, several(3, seed=5))
    payload = client.get(f"/v1/jobs/{job.id}").get_json()
    assert [run["seed"] for run in payload["repeats"]["runs"]] == [5, 6, 7]
    best = payload["repeats"]["runs"][payload["repeats"]["best"]]
    assert payload["progress"]["metrics"] == best["metrics"]
    assert set(payload["repeats"]["mean"]) == set(payload["repeats"]["std"]) == set(best["metrics"])
    points = {"points": [[1.0, 3.0]]}
    model = client.post(f"/v1/models/circles/versions/{job.version}/predict", json=points)
    assert model.status_code == 200
    client.delete(f"/v1/models/circles/versions/{job.version}")
    assert client.get(f"/v1/jobs/{job.id}").get_json()["repeats"] is None
    single = client.get(f"/v1/jobs/{work(store, circles()).id}").get_json()
    assert "repeats" not in single


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (several(0), "#/repeats"),
        (several(33), "#/repeats"),
        (several("three"), "#/repeats"),
        (several(1.5), "#/repeats"),
        (several(2, record={"snapshots": 2}), "#/repeats"),
        (several(2, record={"every": 2}), "#/repeats"),
        (several(2) | {"start_from": {"job": "0" * 32}}, "#/repeats"),
        (several(32, epochs=1_000_000), "#/training/epochs"),
    ],
)
def test_what_cannot_be_repeated(client: FlaskClient, document: Any, pointer: str) -> None:
    if pointer == "#/training/epochs":
        document["architecture"]["layers"][0]["units"] = 2000
    response = client.post("/v1/jobs", json=document)
    assert response.status_code == 422, response.text
    assert response.get_json()["errors"][0]["pointer"] == pointer


def test_a_dry_run_counts_every_training(client: FlaskClient) -> None:
    one, four = (
        client.post("/v1/jobs?dry_run=true", json=several(count)).get_json() for count in (1, 4)
    )
    assert four["memory"]["parameters"] == 4 * one["memory"]["parameters"]
    assert four["memory"]["buffers"] == 4 * one["memory"]["buffers"]
