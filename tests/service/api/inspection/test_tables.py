"""Tables wherever a model is inspected: the same as points in JSON, or an error with its line."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.multilabel import tags
from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet.store import Store

POINTS = [[1, 3], [2, 2.5]]
TABLE = "note;x2;x1\na;3;1\nb;2,5;2\n"
OPTIONS = "delimiter=semicolon&decimal=comma"


def send(client: FlaskClient, path: str, table: str, media_type: str = "text/csv") -> Any:
    return client.post(f"/v1/{path}", data=table.encode(), headers={"Content-Type": media_type})


@pytest.mark.parametrize("verb", ["explain", "forward"])
def test_rows_of_a_table_are_points(client: FlaskClient, store: Store, verb: str) -> None:
    job = work(store, circles() | {"training": {"epochs": 1, "record": {"every": 1}}})
    for subject in ("models/circles", "models/circles/versions/1", f"jobs/{job.id}"):
        expected = client.post(f"/v1/{subject}/{verb}", json={"points": POINTS}).get_json()
        response = send(client, f"{subject}/{verb}?{OPTIONS}", TABLE)
        assert response.status_code == 200, response.text
        payload = response.get_json()
        if verb == "explain":
            assert payload.pop("warnings") == ["1 column ignored: note"]
            assert response.headers["Trainlet-Reading"] == "delimiter=semicolon&header=true"
        assert payload == expected


def test_targets_of_a_table_are_those_in_json(client: FlaskClient, store: Store) -> None:
    job = work(store, circles() | {"training": {"epochs": 1, "record": {"every": 1}}})
    body = {"points": POINTS, "targets": [1, 0], "mode": "train"}
    named = "inside;note;x2;x1\n1;a;3;1\n0;b;2,5;2\n"
    for subject in ("models/circles", f"jobs/{job.id}"):
        path = f"{subject}/backpropagate"
        expected = client.post(f"/v1/{path}", json=body).get_json()
        for query, table in (
            (f"{OPTIONS}&target=inside", named),
            ("", "x1,x2,inside\n1,3,1\n2,2.5,0\n"),
            ("", "1,3,1\n2,2.5,0\n"),
        ):
            response = send(client, f"{path}?mode=train&{query}", table)
            assert (response.status_code, response.get_json()) == (200, expected)


@pytest.mark.parametrize(
    ("labels", "cells"),
    [
        (["no", "yes"], ["no", "yes"]),
        (["1", "02"], ["1", "02"]),
        ([False, True], ["false", "True"]),
        ([1.5, 3], ["1.50", "3"]),
    ],
)
def test_labels_of_a_table_are_those_of_the_model(
    client: FlaskClient, train: Train, labels: list[Any], cells: list[str]
) -> None:
    source = {"type": "inline", "inputs": [[1], [2], [3], [4]], "targets": labels * 2}
    train(circles() | {"dataset": {"source": source, "task": "classification"}})
    body = {"points": [[1], [2]], "targets": labels}
    expected = client.post("/v1/models/circles/backpropagate", json=body)
    table = f"x1,y\n1,{cells[0]}\n2,{cells[1]}\n"
    result = send(client, "models/circles/backpropagate", table)
    assert (result.status_code, result.get_json()) == (200, expected.get_json())


def test_several_targets_of_a_table_are_a_row(client: FlaskClient, train: Train) -> None:
    train(tags())
    body = {"points": [[2, 0]], "targets": [[1, 0, 1]]}
    expected = client.post("/v1/models/tags/backpropagate", json=body).get_json()
    path = "models/tags/backpropagate"
    assert send(client, path, "x1,x2,a,b,c\n2,0,1,0,1\n").get_json() == expected
    response = send(client, path, "x1,x2,a,b\n2,0,1,0\n")
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert error["parameter"] == "target"
    assert error["detail"].startswith("must name 3 target columns")
    assert error["detail"].endswith("a, b")


@pytest.mark.parametrize(
    ("path", "table", "detail"),
    [
        ("explain", "x1\n1\n\nhuh\n", "line 4, column x1: must be a number, not 'huh'"),
        ("forward", "x,y\n1,2\n", "the first line contains none of the model's columns x1"),
        ("backpropagate", "x1\n1\n", "must name 1 target column; there is no other"),
        (
            "backpropagate",
            "x1,y,z\n1,2,3\n",
            "must name 1 target column; besides the inputs there are",
        ),
        ("backpropagate?target=z", "x1,y\n1,2\n", "column z is missing"),
        ("backpropagate", "x1,y\n1,2\n2,huh\n", "line 3, column y: must be a number, not 'huh'"),
        ("backpropagate", "x1,y\n1,2\n2,\n", "line 3, column y: must not be missing"),
        ("backpropagate", "x1,y\n", "must contain at least one point"),
    ],
)
def test_wrong_rows_are_refused_with_their_line(
    client: FlaskClient, train: Train, path: str, table: str, detail: str
) -> None:
    train(line())
    response = send(client, f"models/line/{path}", table)
    assert response.status_code == 422, response.text
    assert response.get_json()["errors"][0]["detail"].startswith(detail)
    assert send(client, f"models/line/{path}", table, "text/html").status_code == 415
