"""Models over HTTP: lists, metadata and weights."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet.store import Store


def test_a_model_reports_all_that_a_client_needs(client: FlaskClient, train: Train) -> None:
    job = train(circles())
    model = client.get("/v1/models/circles").get_json()
    assert (model["name"], model["version"], model["job"]) == ("circles", 1, job.id)
    assert (model["task"], model["labels"]) == ("classification", [0, 1])
    assert (model["columns"], model["input_shape"]) == (["x1", "x2"], [2])
    assert model["parameters"] == 2 * 4 + 4 + 4 + 1
    assert model["metrics"]["loss"] > 0
    assert model["spec"] == job.document
    assert model["created_at"] == job.finished_at
    assert model == client.get("/v1/models/circles/versions/1").get_json()
    assert model["links"]["job"] == f"/v1/jobs/{job.id}"


def test_the_newest_version_of_each_name_is_listed_in_pages(
    client: FlaskClient, train: Train
) -> None:
    for spec in (circles(), line(), circles()):
        train(spec)
    first = client.get("/v1/models?limit=1").get_json()
    second = client.get(f"/v1/models?limit=1&cursor={first['next']}").get_json()
    results = [(model["name"], model["version"]) for model in first["data"] + second["data"]]
    assert results == [("circles", 2), ("line", 1)]
    assert second["next"] is None
    assert "spec" not in first["data"][0]


def test_weights_are_a_safetensors_file(client: FlaskClient, train: Train) -> None:
    train(line())
    model = client.get("/v1/models/line").get_json()
    response = client.get(model["links"]["weights"])
    assert response.data == client.get("/v1/models/line/weights").data
    assert hashlib.sha256(response.data).hexdigest() == model["sha256"]
    assert len(response.data) == model["bytes"]
    assert response.mimetype == "application/octet-stream"
    assert 'filename="line-1.safetensors"' in response.headers["Content-Disposition"]
    arrays = safetensors.numpy.load(response.data)
    np.testing.assert_array_equal(arrays["0.weight"], [[2.0]])
    length = int.from_bytes(response.data[:8], "little")
    metadata = json.loads(response.data[8 : 8 + length])["__metadata__"]
    assert json.loads(metadata["spec"]) == model["spec"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/curve",
        "/v1/models/..",
        "/v1/models/%00",
        "/v1/models/Line",
        "/v1/models/line/versions/2",
        "/v1/models/line/versions/0",
        "/v1/models/line/versions/-1",
        "/v1/models/line/versions/" + "9" * 400,
        "/v1/models/line/versions/one",
        "/v1/models/line/versions/2/weights",
        "/v1/models/curve/weights",
    ],
)
def test_there_is_no_such_model(client: FlaskClient, train: Train, path: str) -> None:
    train(line())
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_a_model_that_is_not_ready_is_not_there(client: FlaskClient) -> None:
    client.post("/v1/jobs", json=line())
    assert client.get("/v1/models/line").status_code == 404
    assert client.get("/v1/models").get_json() == {"data": [], "next": None}


def test_lists_are_narrowed_by_name_and_task(client: FlaskClient, train: Train) -> None:
    train(circles())
    train(line())

    def names(query: str) -> list[str]:
        return [model["name"] for model in client.get(f"/v1/models?{query}").get_json()["data"]]

    assert names("name=ci") == names("task=classification") == ["circles"]
    assert names("task=regression") == ["line"]
    assert names("name=ci&task=regression") == []
    response = client.get("/v1/models?task=clustering&more=1")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.get_json()["errors"]] == ["more", "task"]


def test_versions_are_listed_newest_first(client: FlaskClient, train: Train) -> None:
    for _ in range(3):
        train(line())
    first = client.get("/v1/models/line/versions?limit=2").get_json()
    second = client.get(f"/v1/models/line/versions?cursor={first['next']}").get_json()
    assert [model["version"] for model in first["data"] + second["data"]] == [3, 2, 1]
    assert client.get("/v1/models/curve/versions").status_code == 404


def test_an_alias_stands_wherever_a_version_can(client: FlaskClient, train: Train) -> None:
    for _ in range(2):
        train(line())
    path = "/v1/models/line/aliases/best"
    response = client.put(path, json={"version": 1})
    assert response.get_json() == {"name": "line", "alias": "best", "version": 1}
    shown = client.get("/v1/models/line/versions/best").get_json()
    assert (shown["version"], shown["aliases"]) == (1, ["best"])
    points = {"points": [[1.0]]}
    predicted = client.post("/v1/models/line/versions/best/predict", json=points).get_json()
    assert predicted["model"] == {"name": "line", "version": 1}
    weights = client.get("/v1/models/line/versions/best/weights").data
    assert weights == client.get("/v1/models/line/versions/1/weights").data
    client.put(path, json={"version": 2})
    assert client.get("/v1/models/line/versions/best").get_json()["version"] == 2
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get("/v1/models/line/versions/best").status_code == 404


@pytest.mark.parametrize(
    ("alias", "body", "status"),
    [
        ("best", {"version": 9}, 404),
        ("best", {"version": 0}, 422),
        ("best", {"version": "1"}, 422),
        ("best", {}, 422),
        ("best", {"version": 1, "more": 1}, 422),
        ("Best", {"version": 1}, 422),
        ("1", {"version": 1}, 422),
        ("a" * 64, {"version": 1}, 422),
    ],
)
def test_an_alias_that_cannot_be(
    client: FlaskClient, train: Train, alias: str, body: Any, status: int
) -> None:
    train(line())
    assert client.put(f"/v1/models/line/aliases/{alias}", json=body).status_code == status


def test_a_deleted_version_is_no_longer_there(client: FlaskClient, train: Train) -> None:
    train(line())
    job = f"/v1/jobs/{train(line()).id}"
    client.put("/v1/models/line/aliases/best", json={"version": 2})
    assert client.get(job).get_json()["model"]["ready"] is True
    client.post("/v1/models/line/predict", json={"points": [[1.0]]})
    assert client.delete("/v1/models/line/versions/2").status_code == 409
    assert client.delete("/v1/models/line").status_code == 409
    client.delete("/v1/models/line/aliases/best")
    assert client.delete("/v1/models/line/versions/2").status_code == 204
    assert client.delete("/v1/models/line/versions/2").status_code == 404
    payload = client.get(job).get_json()
    assert (payload["model"]["ready"], "model" in payload["links"]) == (False, False)
    path = "/v1/models/line/versions/2/predict"
    assert client.post(path, json={"points": [[1.0]]}).status_code == 404
    assert client.get("/v1/models/line").get_json()["version"] == 1
    assert client.delete("/v1/models/line").status_code == 204
    assert client.get("/v1/models/line").status_code == 404
    train(line())
    assert client.get("/v1/models/line").get_json()["version"] == 3


def test_a_corrupt_file_is_reported_and_never_served(
    client: FlaskClient, train: Train, store: Store
) -> None:
    path = store.blobs.root / f"models/{train(line()).id}.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    for response in (
        client.post("/v1/models/line/predict", json={"points": [[1.0]]}),
        client.get("/v1/models/line/weights"),
    ):
        assert response.status_code == 500
        assert "is damaged: its SHA-256 differs" in response.get_json()["detail"]
