"""Suggestions for misspelled fields, types, values and parameters."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line

LAYER = {"type": "dense", "units": 1, "activation": "sigmoid"}


def errors(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response.get_json()
    result = response.get_json()["errors"]
    return [(one.get("pointer") or one["parameter"], one["detail"]) for one in result]


@pytest.mark.parametrize(
    ("changes", "pointer", "near"),
    [
        ({"nmae": "x"}, "#/nmae", "name"),
        ({"training": {"epoch": 3}}, "#/training/epoch", "epochs"),
        ({"training": {"epochs": 1, "lerning_rate": 3}}, "#/training/lerning_rate", None),
        (
            {"training": {"epochs": 1, "optimizer": {"type": "adam", "lerning_rate": 3}}},
            "#/training/optimizer/lerning_rate",
            "learning_rate",
        ),
        (
            {"training": {"epochs": 1, "optimizer": "adamm"}},
            "#/training/optimizer",
            "adam",
        ),
        (
            {"architecture": {"layers": [LAYER | {"type": "dnese"}]}},
            "#/architecture/layers/0/type",
            "dense",
        ),
        (
            {"architecture": {"layers": [LAYER | {"unit": 3}]}},
            "#/architecture/layers/0/unit",
            "units",
        ),
        (
            {"architecture": {"dtype": "float23", "layers": [LAYER]}},
            "#/architecture/dtype",
            "float32",
        ),
    ],
)
def test_a_spec_is_returned_with_the_nearest_name(
    client: FlaskClient, changes: dict[str, Any], pointer: str, near: str | None
) -> None:
    results = dict(errors(client.post("/v1/jobs", json=circles() | changes)))
    if near is None:
        assert results[pointer] == "is unknown"
    else:
        assert results[pointer].endswith(f"; did you mean `{near}`?")


def test_queries_and_small_bodies_are_returned_so_too(client: FlaskClient, train: Train) -> None:
    train(line())
    [query] = errors(client.get("/v1/jobs?statsu=queued"))
    assert query == ("statsu", "is unknown; did you mean `status`?")
    [word] = errors(client.get("/v1/jobs?status=queud"))
    assert word[1].endswith("; did you mean `queued`?")
    body = {"points": [[1]], "targts": [[1]]}
    results = dict(errors(client.post("/v1/models/line/backpropagate", json=body)))
    assert results["#/targts"] == "is unknown; did you mean `targets`?"
    [point] = errors(client.post("/v1/models/line/predict", json={"pionts": [[1]]}))[:1]
    assert point == ("#/pionts", "is unknown; did you mean `points`?")


def test_long_names_are_not_compared(client: FlaskClient) -> None:
    document = circles() | {"n" * 50_000: 1}
    assert errors(client.post("/v1/jobs", json=document))[0][1] == "is unknown"


TENSOR = {"name": "points", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}
COLUMN = {"name": "x1", "datatype": "FP64", "shape": [1, 1], "data": [1]}


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({"inputs": [TENSOR | {"name": "point"}]}, "'point' is unknown; did you mean `points`?"),
        ({"inputs": [COLUMN, COLUMN | {"name": "X2"}]}, "'X2' is unknown; did you mean `x2`?"),
        ({"inputs": [COLUMN, TENSOR]}, "'points' is unknown;"),
        ({"inputs": [COLUMN, COLUMN | {"name": "else"}]}, "'else' is unknown;"),
        ({"inputs": [COLUMN]}, "'x2' is required"),
        (
            {"inputs": [TENSOR], "outputs": [{"name": "output"}]},
            "'output' is unknown; did you mean `outputs`?",
        ),
        ({"inputs": [TENSOR], "ouputs": []}, "'ouputs' of the request is unknown; did you mean"),
        (
            {"inputs": [TENSOR | {"dtype": "FP64"}]},
            "'dtype' of input 'points' is unknown; did you mean `datatype`?",
        ),
        (
            {"inputs": [TENSOR], "outputs": [{"name": "labels", "parameter": {}}]},
            "'parameter' of an output is unknown; did you mean `parameters`?",
        ),
    ],
)
def test_tensors_and_fields_are_returned_so_too(
    client: FlaskClient, train: Train, document: dict[str, Any], detail: str
) -> None:
    train(circles())
    response = client.post("/v2/models/circles/infer", json=document)
    assert response.status_code == 400
    assert detail in response.get_json()["error"]
