"""Rejection of target rows that a loss cannot learn, wherever a trained model receives them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.worker.here import work
from trainlet.store import Store

SUBJECTS = ["models/rows", "models/rows/versions/1", "jobs/{job}"]

REFUSED = [
    ("softmax", [0.2, 0.3, 0.4]),
    ("softmax", [0, 0, 0]),
    ("softmax", [-0.5, 1, 0.5]),
    ("softmax", [1, 1, 0]),
    ("softmax", [1e300, 0, 0]),
    ("sigmoid", [0, 1.5, 0]),
    ("sigmoid", [0, -0.1, 1]),
]
ACCEPTED = [("softmax", [0.2, 0.3, 0.5]), ("sigmoid", [0.2, 0.9, 0])]


def spec(activation: str) -> dict[str, Any]:
    return {
        "name": "rows",
        "architecture": {"layers": [{"type": "dense", "units": 3, "activation": activation}]},
        "dataset": {
            "task": "classification",
            "source": {
                "type": "inline",
                "inputs": [[0, 1], [1, 0], [2, 1]],
                "targets": [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
            },
        },
        "training": {"epochs": 1, "record": {"every": 1}},
    }


@pytest.mark.parametrize(("activation", "row"), REFUSED)
def test_backpropagate_and_evaluate_name_the_row(
    client: FlaskClient, store: Store, activation: str, row: list[float]
) -> None:
    job = work(store, spec(activation))
    points, targets = [[0, 1], [1, 0]], [[0, 0, 1], row]
    for subject in SUBJECTS:
        path = f"/v1/{subject.format(job=job.id)}"
        response = client.post(f"{path}/backpropagate", json={"points": points, "targets": targets})
        assert response.status_code == 422, response.text
        assert [error["pointer"] for error in response.get_json()["errors"]] == ["#/targets/1"]
        source = {"type": "inline", "inputs": points, "targets": targets}
        response = client.post(f"{path}/evaluate", json={"source": source})
        assert response.status_code == 422, response.text
        results = [error["pointer"] for error in response.get_json()["errors"]]
        assert results == ["#/source/targets/1"]
    table = "x1,x2,a,b,c\n0,1,0,0,1\n1,0," + ",".join(map(str, row)) + "\n"
    response = client.post(
        "/v1/models/rows/backpropagate", data=table, headers={"Content-Type": "text/csv"}
    )
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == ["#/targets/1"]


@pytest.mark.parametrize(("activation", "row"), ACCEPTED)
def test_rows_that_can_be_learned_are_taken(
    client: FlaskClient, store: Store, activation: str, row: list[float]
) -> None:
    work(store, spec(activation))
    body = {"points": [[0, 1]], "targets": [row]}
    assert client.post("/v1/models/rows/backpropagate", json=body).status_code == 200
