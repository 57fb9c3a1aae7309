"""Every path accepts columns of every type, with missing values, and returns the same numbers.

JSON in order and by name, CSV, rows one by one, `forward`, tensors by column as JSON and binary, an
ONNX file under onnxruntime, the standalone file, and evaluation on an uploaded table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray

from tests.service.prediction_paths import (
    close,
    inferred,
    onnx_outputs,
    predicted,
    predicted_by_table,
    standalone,
    table_of,
)
from tests.trainlet.export.models import ROWS_OF_ALL_TYPES, coded, with_categories
from trainlet.datasets import Column
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

Array = NDArray[Any]
Upload = Callable[[Sequence[str], list[list[Any]], Sequence[Column]], dict[str, Any]]


@pytest.fixture
def upload(client: FlaskClient, store: Store, queue: Queue, settings: Settings) -> Upload:
    """Write rows as CSV, with explicit column types where few rows do not show them."""

    def send(names: Sequence[str], rows: list[list[Any]], columns: Sequence[Column]) -> Any:
        query = {f"columns.{column.name}": column.type for column in columns}
        headers = {"Content-Type": "text/csv"}
        body = table_of(names, rows)
        response = client.post("/v1/datasets", query_string=query, data=body, headers=headers)
        TaskRunner(store, queue, settings).run(BackgroundTask("read", response.get_json()["id"]))
        return {"type": "uploaded", "id": response.get_json()["id"]}

    return send


@pytest.mark.parametrize("fills", [False, True])
def test_every_type_of_column(
    client: FlaskClient, store: Store, upload: Upload, *, fills: bool
) -> None:
    model = with_categories(fills=fills)
    store.models.add("columns", model)
    names, columns = model.preprocessing.columns, model.preprocessing.forms
    rows: list[list[Any]] = [*ROWS_OF_ALL_TYPES, *([[None] * 5] if fills else [])]
    payload = predicted(client, "columns", {"points": rows})
    outputs, values = payload["outputs"], payload["values"]
    by_name: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    assert predicted(client, "columns", {"points": by_name}) == payload
    for row, output in zip(rows, outputs, strict=True):
        close(predicted(client, "columns", {"points": [row]})["outputs"], [output])
    layers = client.post("/v1/models/columns/forward", json={"points": rows}).get_json()
    close(layers["layers"][-1]["a"], outputs)
    table = [["" if value is None else value for value in row] for row in rows]
    read, lines = predicted_by_table(client, "columns", names, table)
    assert (read["outputs"], read["values"]) == (outputs, values)
    assert [list(map(float, line.values())) for line in lines] == values
    for binary in (False, True):
        result = inferred(client, "columns", columns_apart(columns, rows), binary=binary)
        assert (result["outputs"].tolist(), result["values"].tolist()) == (outputs, values)
    # A missing value is nan in numbers, and a string that is no category in categories.
    texts = np.array([[str(row[1]), str(row[3])] for row in rows], object)
    onnx = onnx_outputs(client, "columns", points=coded(rows)[:, [0, 2, 4]], categories=texts)
    close(onnx["outputs"], outputs)
    close(standalone(client, "columns", rows)["outputs"], outputs)
    compare_evaluation(
        client, columns, upload, [[*row, *pair] for row, pair in zip(table, values, strict=True)]
    )


def compare_evaluation(
    client: FlaskClient, columns: Sequence[Column], upload: Upload, rows: list[list[Any]]
) -> None:
    """Evaluate on values that are moved by 2 in one of two columns: the mean error is 1."""
    for row in rows:
        row[-1] -= 2
    source = upload([*(column.name for column in columns), "s", "t"], rows, columns)
    body = {"source": source, "target": ["s", "t"]}
    response = client.post("/v1/models/columns/evaluate", json=body)
    assert response.status_code == 200, response.text
    assert response.get_json()["metrics"]["mae"] == pytest.approx(1)


def columns_apart(columns: Sequence[Column], rows: list[list[Any]]) -> dict[str, Array]:
    """Return one tensor per column: strings, or numbers with nan for missing values."""
    tensors = {}
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        if column.type in ("number", "boolean"):
            tensors[column.name] = np.array(cells, np.float64)
        else:
            tensors[column.name] = np.array(
                ["" if cell is None else cell for cell in cells], object
            )
    return tensors
