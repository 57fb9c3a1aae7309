"""Paths to a model's numbers: JSON, the Open Inference Protocol, ONNX and the standalone file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from flask.testing import FlaskClient
from numpy.typing import NDArray

Array = NDArray[Any]


def close(actual: Any, expected: Any, limit: float = 1e-9) -> None:
    largest = np.abs(np.array(expected)).max()
    np.testing.assert_allclose(actual, expected, rtol=limit, atol=limit * max(largest, 1))


def predicted(client: FlaskClient, name: str, body: dict[str, Any]) -> dict[str, Any]:
    response = client.post(f"/v1/models/{name}/predict", json=body)
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def table_of(columns: Sequence[str], rows: Any) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def predicted_by_table(
    client: FlaskClient, name: str, columns: Sequence[str], rows: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The responses to rows as CSV, in JSON and in CSV."""
    path, body = f"/v1/models/{name}/predict", table_of(columns, rows)
    response = client.post(path, data=body, content_type="text/csv")
    assert response.status_code == 200, response.text
    table = client.post(path, data=body, content_type="text/csv", headers={"Accept": "text/csv"})
    assert table.status_code == 200, table.text
    return dict(response.get_json()), list(csv.DictReader(io.StringIO(table.text)))


def inferred(
    client: FlaskClient, name: str, inputs: dict[str, Array], *, binary: bool
) -> dict[str, Any]:
    """Tensors by name over the Open Inference Protocol."""
    tensors: list[dict[str, Any]] = []
    data = []
    for tensor, array in inputs.items():
        datatype = "BYTES" if array.dtype == object else "FP64"
        tensors.append({"name": tensor, "datatype": datatype, "shape": list(array.shape)})
        if binary:
            data.append(in_binary(array))
            tensors[-1]["parameters"] = {"binary_data_size": len(data[-1])}
        else:
            cells = array.ravel().tolist()
            tensors[-1]["data"] = [None if str(cell) == "nan" else cell for cell in cells]
    path, document = f"/v2/models/{name}/infer", {"inputs": tensors}
    if not binary:
        outputs = client.post(path, json=document).get_json()["outputs"]
        return {one["name"]: np.array(one["data"]).reshape(one["shape"]) for one in outputs}
    head = json.dumps(document | {"parameters": {"binary_data_output": True}}).encode()
    response = client.post(
        path,
        data=b"".join([head, *data]),
        headers={"Inference-Header-Content-Length": str(len(head))},
        content_type="application/octet-stream",
    )
    return binary_tensors(response.data, int(response.headers["Inference-Header-Content-Length"]))


def in_binary(array: Array) -> bytes:
    """Numbers as little-endian float64; each string after its length in four bytes."""
    if array.dtype != object:
        return array.astype("<f8").tobytes()
    texts = [text.encode() for text in array.ravel().tolist()]
    return b"".join(len(text).to_bytes(4, "little") + text for text in texts)


def binary_tensors(data: bytes, start: int) -> dict[str, Any]:
    types = {"FP32": "<f4", "FP64": "<f8", "INT64": "<i8", "BOOL": "?"}
    results: dict[str, Any] = {}
    for one in json.loads(data[:start])["outputs"]:
        size = one["parameters"]["binary_data_size"]
        part, start = data[start : start + size], start + size
        if one["datatype"] == "BYTES":
            results[one["name"]] = texts_in(part)
        else:
            results[one["name"]] = np.frombuffer(part, types[one["datatype"]]).reshape(one["shape"])
    return results


def texts_in(data: bytes) -> list[str]:
    texts = []
    while data:
        size = int.from_bytes(data[:4], "little")
        texts.append(data[4 : 4 + size].decode())
        data = data[4 + size :]
    return texts


def onnx_outputs(client: FlaskClient, name: str, **inputs: Array) -> dict[str, Array]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    file = client.get(f"/v1/models/{name}/onnx").data
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, map(np.asarray, session.run(None, inputs)), strict=True))


def standalone(client: FlaskClient, name: str, rows: Any) -> dict[str, Any]:
    source = client.get(f"/v1/models/{name}/standalone.py").text
    names: dict[str, Any] = {"__name__": "predictor"}
    exec(compile(source, "predictor.py", "exec"), names)
    outputs = names["predict"](rows)
    values = np.asarray(names["values"](outputs)).tolist()
    return {"outputs": outputs, "values": values, "labels": names["labels"](outputs)}
