"""Rows by column name wherever a model takes points: the same as lists, or a clear error."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles

VERBS = ("predict", "forward", "backpropagate", "explain")
PATHS = ("models/circles", "models/circles/versions/1")


def ask(client: FlaskClient, path: str, verb: str, points: list[Any]) -> Any:
    body: dict[str, Any] = {"points": points}
    if verb == "backpropagate":
        body["targets"] = [0] * len(points)
    return client.post(f"/v1/{path}/{verb}", json=body)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("verb", VERBS)
def test_rows_by_name_are_rows_in_order(
    client: FlaskClient, train: Train, path: str, verb: str
) -> None:
    train(circles())
    named = [{"x2": 3, "x1": 1}, [2, 2.5], {"x1": -1, "x2": 0}]
    expected = ask(client, path, verb, [[1, 3], [2, 2.5], [-1, 0]])
    result = ask(client, path, verb, named)
    assert (result.status_code, result.get_json()) == (200, expected.get_json())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("point", "errors"),
    [
        ({"x1": 1, "x2": 3, "x3": 4}, {"#/points/1/x3": "is unknown"}),
        ({"X1": 1, "x2": 3}, {"#/points/1/X1": "is unknown; did you mean `x1`?"}),
        ({"x1": 1}, {"#/points/1/x2": "is required"}),
        ({"x1": 1, "x2": "3"}, {"#/points/1/x2": "must be a number"}),
        ({"x1": 1, "x2": True}, {"#/points/1/x2": "must be a number"}),
        ({"x1": 1, "x2": None}, {"#/points/1/x2": "must be a number"}),
        ({"x1": 1, "x2": [3]}, {"#/points/1/x2": "must be a number"}),
        ({"x1": 1, "x2": {"a": 3}}, {"#/points/1/x2": "must be a number"}),
        ({}, {"#/points/1": "must be an object with x1, x2, not empty"}),
    ],
)
def test_wrong_rows_by_name_are_refused(
    client: FlaskClient, train: Train, verb: str, point: Any, errors: dict[str, str]
) -> None:
    train(circles())
    response = ask(client, PATHS[0], verb, [[1, 3], point])
    assert response.status_code == 422, response.get_json()
    results = {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}
    for pointer, detail in errors.items():
        assert results[pointer].startswith(detail)


def test_one_point_is_explained_by_name(client: FlaskClient, train: Train) -> None:
    train(circles())
    path = "/v1/models/circles/explain"
    expected = client.post(path, json={"point": [1, 3]}).get_json()
    assert client.post(path, json={"point": {"x2": 3, "x1": 1}}).get_json() == expected
    several = client.post(path, json={"points": [{"x2": 3, "x1": 1}, [2, 2]]}).get_json()
    assert several["points"][0]["unit"] == expected["point"]["unit"]
    assert [one["product"] for one in several["points"][0]["features"]] == pytest.approx(
        [one["product"] for one in expected["point"]["features"]], rel=1e-5
    )
    unknown = client.post(path, json={"point": {"x1": 1, "y": 3}}).get_json()
    assert {error["pointer"] for error in unknown["errors"]} == {"#/point/y", "#/point/x2"}
    both = client.post(path, json={"point": [1, 3], "points": [[1, 3]]})
    assert both.get_json()["errors"][0]["pointer"] == "#/point"
