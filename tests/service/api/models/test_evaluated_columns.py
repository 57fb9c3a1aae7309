"""Evaluation on files whose columns differ from the model's; expected values by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import line
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

Upload = Callable[..., dict[str, Any]]


@pytest.fixture
def upload(client: FlaskClient, store: Store, queue: Queue, settings: Settings) -> Upload:
    runner = TaskRunner(store, queue, settings)

    def send(content: str, query: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "text/csv"}
        response = client.post(f"/v1/datasets{query}", data=content.encode(), headers=headers)
        runner.run(BackgroundTask("read", response.get_json()["id"]))
        return {"type": "uploaded", "id": response.get_json()["id"]}

    return send


def evaluate(client: FlaskClient, name: str, source: Any, **more: Any) -> Any:
    return client.post(f"/v1/models/{name}/evaluate", json={"source": source} | more)


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.get_json()
    return {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}


def table(train: Train, source: dict[str, Any], target: str = "y", **preprocessing: Any) -> None:
    """A model of the one other column, which multiplies it by 2."""
    spec = line()
    spec["dataset"] = {
        "source": source,
        "preprocessing": {"standardize": False, "target": target} | preprocessing,
    }
    train(spec)


def test_inline_data_can_be_evaluated_on_a_file(
    client: FlaskClient, train: Train, upload: Upload
) -> None:
    train(line())
    # 2x is 2, 4, 6: off by 0, 1 and 2
    response = evaluate(client, "line", upload("size,price\n1,2\n2,5\n3,8\n"), target="price")
    assert response.get_json()["metrics"]["mae"] == pytest.approx(1.0)
    assert response.get_json()["warnings"] == []


def test_a_mapping_names_the_columns_of_the_file(
    client: FlaskClient, train: Train, upload: Upload
) -> None:
    train(line())
    source = upload("id,size,price\n7,1,2\n8,2,5\n9,3,8\n")
    payload = evaluate(client, "line", source, target="price", columns={"x1": "size"}).get_json()
    assert payload["metrics"]["mae"] == pytest.approx(1.0)
    assert payload["warnings"] == ["1 column ignored: id"]
    table(train, upload("x,y\n1,2\n2,4\n"))
    payload = evaluate(client, "line", source, columns={"x": "size", "y": "price"}).get_json()
    assert payload["metrics"]["mae"] == pytest.approx(1.0)


@pytest.mark.parametrize("columns", ["x2,q", "q,x1", "x1,q"])
def test_some_of_the_names_are_not_taken_by_position(
    client: FlaskClient, train: Train, upload: Upload, columns: str
) -> None:
    spec = line(inputs=[[1, 2], [3, 4]], targets=[1, 2])
    del spec["architecture"]["layers"][0]["weight_initializer"]
    train(spec)
    source = upload(f"{columns},y\n1,2,3\n2,5,4\n")
    (detail,) = errors(evaluate(client, "line", source, target="y")).values()
    assert "is not one" in detail


@pytest.mark.parametrize("more", [{}, {"target": ["y", "z"]}, {"target": ["z", "y"]}])
def test_targets_of_the_training_keep_its_order(
    client: FlaskClient, train: Train, upload: Upload, more: dict[str, Any]
) -> None:
    spec = line()
    last = {"units": 2, "weight_initializer": {"type": "values", "values": [[2.0, 3.0]]}}
    spec["architecture"]["layers"][0].update(last)
    source = upload("x,y,z\n1,2,3\n2,4,6\n")
    preprocessing = {"standardize": False, "target": ["y", "z"]}
    spec["dataset"] = {"source": source, "preprocessing": preprocessing}
    train(spec)
    response = evaluate(client, "line", source, **more).get_json()
    assert response["metrics"]["mae"] == pytest.approx(0.0)


def test_superfluous_columns_are_ignored_with_a_warning(
    client: FlaskClient, train: Train, upload: Upload
) -> None:
    table(train, upload("x,y\n1,2\n2,4\n"))
    payload = evaluate(client, "line", upload("note,y,x,z\na,2,1,9\nb,5,2,9\n")).get_json()
    assert payload["metrics"]["mae"] == pytest.approx(0.5)
    assert payload["warnings"] == ["2 columns ignored: note, z"]


@pytest.mark.parametrize(
    ("request_fields", "pointer", "expected"),
    [
        ({}, "#/target", "is required"),
        ({"target": "prise"}, "#/target", "did you mean `price`"),
        ({"target": ["price", "price"]}, "#/target", "must not repeat"),
        ({"target": "price"}, "#/source", "name others in `columns`"),
        ({"target": "price", "columns": {"x": "size"}}, "#/columns/x", "did you mean `x1`"),
        ({"target": "price", "columns": {"x1": "sise"}}, "#/columns/x1", "did you mean `size`"),
        ({"target": "price", "columns": {"x1": "price"}}, "#/columns/x1", "target"),
        ({"target": []}, "#/target", "must be"),
        ({"target": 3}, "#/target", "must be"),
        ({"columns": ["size"]}, "#/columns", "must be"),
        ({"columns": {"x1": 3}}, "#/columns/x1", "must be"),
    ],
)
def test_columns_that_do_not_fit_are_named(
    client: FlaskClient,
    train: Train,
    upload: Upload,
    request_fields: dict[str, Any],
    pointer: str,
    expected: str,
) -> None:
    train(line())
    result = errors(
        evaluate(client, "line", upload("id,size,price\n7,1,2\n8,2,5\n"), **request_fields)
    )
    assert expected in result[pointer]


@pytest.mark.parametrize(
    ("trained", "evaluated", "column"),
    [
        ("x,y\n1,2\n2,4\n", "x,y\na,2\nb,4\n", "x"),
        ("x,y\n1,2\n2,4\n", "x,y\ntrue,2\nfalse,4\n", "x"),
        ("x,y\n1,2\n2,4\n", "x,y\n2024-01-01,2\n2024-01-02,4\n", "x"),
        ("x,y\ntrue,2\nfalse,4\n", "x,y\n1,2\n0,4\n", "x"),
        ("x,y\n2024-01-01,2\n2024-01-02,4\n", "x,y\n1,2\n2,4\n", "x"),
        ("x,y\n1,2\n2,4\n", "x,y\n1,a\n2,b\n", "y"),
    ],
)
def test_a_column_of_another_type_is_refused(
    client: FlaskClient, train: Train, upload: Upload, trained: str, evaluated: str, column: str
) -> None:
    table(train, upload(trained))
    result = errors(evaluate(client, "line", upload(evaluated)))
    (detail,) = result.values()
    assert f"column {column} " in detail
    assert "of type" in detail


def test_labels_of_another_type_or_unknown_are_refused_and_counted(
    client: FlaskClient, train: Train
) -> None:
    spec = line(targets=[0, 1])
    spec["architecture"]["layers"][0]["activation"] = "sigmoid"
    spec["training"]["loss"] = "binary_cross_entropy"
    train(spec)
    source = {"type": "inline", "inputs": [[1], [2], [3]], "targets": [True, False, True]}
    result = errors(evaluate(client, "line", source))
    assert "True occurs 2 times" in result["#/source/targets/0"]
    result = errors(evaluate(client, "line", source | {"targets": [0, 7, 7]}))
    assert "7 occurs 2 times" in result["#/source/targets/1"]


def test_missing_values_are_refused_imputed_or_dropped_as_in_training(
    client: FlaskClient, train: Train, upload: Upload
) -> None:
    holes = upload("x,y\n1,2\n,4\n3,8\n")
    table(train, upload("x,y\n1,2\n2,4\n"))
    result = errors(evaluate(client, "line", holes))
    assert "column x must have no missing values, not 1" in result["#/source"]
    table(train, upload("x,y\n1,2\n2,4\n5,6\n"), missing="drop")
    payload = evaluate(client, "line", holes).get_json()
    assert (payload["rows"], payload["metrics"]["mae"]) == (2, pytest.approx(1.0))
    assert payload["warnings"] == ["1 row was dropped because a value is missing"]
    assert (
        "at least one row" in errors(evaluate(client, "line", upload("x,y\n,2\n,4\n")))["#/source"]
    )
    table(train, upload("x,y\n1,2\n2,4\n5,6\n,6\n"), missing="mean")
    payload = evaluate(client, "line", holes).get_json()
    mean = (1 + 2 + 5) / 3
    assert payload["metrics"]["mae"] == pytest.approx((0 + abs(2 * mean - 4) + 2) / 3)
