"""Rejection of target rows with several 1s in single-label classification."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.api.jobs.test_rejected_data import inline, rejected, spec
from tests.service.api.models.test_evaluated_columns import Upload, upload
from tests.worker.here import work
from trainlet.store import Store

__all__ = ["upload"]

INPUTS = [[1, 0], [0, 1], [1, 1], [2, 1]]
ONE_HOT = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
HINT = "must be a row with one label: a single 1; for several labels per row set task multilabel"


def job(targets: list[Any], activation: str, loss: str) -> dict[str, Any]:
    layer = {"type": "dense", "units": 3, "activation": activation}
    document = spec(inline(INPUTS, targets), layer, task="classification")
    document["training"]["loss"] = loss
    return document


def with_row(row: list[Any]) -> list[Any]:
    return [*ONE_HOT[:3], row]


SIGMOID = ("sigmoid", "binary_cross_entropy")
SOFTMAX = ("softmax", "categorical_cross_entropy")
REFUSED = [
    (*SIGMOID, [1, 1, 0]),
    (*SIGMOID, [1, 1, 1]),
    (*SIGMOID, [0, 0, 0]),
    (*SOFTMAX, [1, 0, 1]),
    ("softmax", "mse", [1, 0, 1]),
    ("sigmoid", "mse", [0, 0, 0]),
    ("tanh", "mse", [1, 1, -1]),
]
ACCEPTED = [
    (*SIGMOID, [0, 1, 0]),
    (*SIGMOID, [0.5, 0.5, 0]),
    (*SOFTMAX, [0.5, 0.5, 0]),
    ("tanh", "mse", [1, -1, -1]),
    ("linear", "mse", [2, 2, 0]),
]


@pytest.mark.parametrize(("activation", "loss", "row"), REFUSED)
def test_a_row_without_a_single_label_is_refused(
    client: FlaskClient, store: Store, activation: str, loss: str, row: list[float]
) -> None:
    result = rejected(client, job(with_row(row), activation, loss))
    assert result == {"#/dataset/source/targets/3": f"row 3 of the targets {HINT}"}
    work(store, job(ONE_HOT, activation, loss))
    response = client.post(
        "/v1/models/model/evaluate", json={"source": inline(INPUTS, with_row(row))}
    )
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert (error["pointer"], error["detail"]) == ("#/source/targets/3", HINT)
    samples = {"points": INPUTS, "targets": with_row(row)}
    response = client.post("/v1/models/model/backpropagate", json=samples)
    (error,) = response.get_json()["errors"]
    assert (error["pointer"], error["detail"]) == ("#/targets/3", HINT)


@pytest.mark.parametrize(("activation", "loss", "row"), ACCEPTED)
def test_degrees_of_belief_and_single_labels_are_accepted(
    client: FlaskClient, store: Store, activation: str, loss: str, row: list[float]
) -> None:
    document = job(with_row(row), activation, loss)
    response = client.post("/v1/jobs?dry_run=true", json=document)
    assert response.status_code == 200, response.text
    work(store, document)
    source = inline(INPUTS, with_row(row))
    assert client.post("/v1/models/model/evaluate", json={"source": source}).status_code == 200


def test_the_hint_works(client: FlaskClient) -> None:
    document = job(with_row([1, 1, 0]), *SIGMOID)
    document["dataset"]["task"] = "multilabel"
    assert client.post("/v1/jobs?dry_run=true", json=document).status_code == 200


@pytest.mark.parametrize("cells", [("1,1,0", "0,0,1"), ("true,true,false", "false,false,true")])
def test_columns_of_a_file_are_checked_alike(
    client: FlaskClient, upload: Upload, cells: tuple[str, str]
) -> None:
    source = upload(f"x,a,b,c\n1,{cells[1]}\n2,{cells[0]}\n")
    document = job([], *SIGMOID)
    document["dataset"]["source"] = source
    document["dataset"]["preprocessing"] = {"target": ["a", "b", "c"]}
    result = rejected(client, document)
    assert result == {"#/dataset/source": f"row 1 of the targets {HINT}"}
