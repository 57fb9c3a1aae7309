"""Models over HTTP: lists, what is told of one, its weights."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import safetensors.numpy
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line


def test_a_model_tells_all_that_a_client_needs(client: FlaskClient, train: Train) -> None:
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
    found = [(model["name"], model["version"]) for model in first["data"] + second["data"]]
    assert found == [("circles", 2), ("line", 1)]
    assert second["next"] is None
    assert "spec" not in first["data"][0]


def test_weights_are_a_safetensors_file(client: FlaskClient, train: Train) -> None:
    train(line())
    model = client.get("/v1/models/line").get_json()
    answer = client.get(model["links"]["weights"])
    assert answer.data == client.get("/v1/models/line/weights").data
    assert hashlib.sha256(answer.data).hexdigest() == model["sha256"]
    assert len(answer.data) == model["bytes"]
    assert answer.mimetype == "application/octet-stream"
    assert 'filename="line-1.safetensors"' in answer.headers["Content-Disposition"]
    arrays = safetensors.numpy.load(answer.data)
    np.testing.assert_array_equal(arrays["0.weight"], [[2.0]])
    length = int.from_bytes(answer.data[:8], "little")
    metadata = json.loads(answer.data[8 : 8 + length])["__metadata__"]
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
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_model_that_is_not_ready_is_not_there(client: FlaskClient) -> None:
    client.post("/v1/jobs", json=line())
    assert client.get("/v1/models/line").status_code == 404
    assert client.get("/v1/models").get_json() == {"data": [], "next": None}
