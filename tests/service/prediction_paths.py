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


def predicted(client: FlaskClient, name: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/v1/models/{name}/predict", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def predicted_by_table(
    client: FlaskClient, name: str, columns: Sequence[str], rows: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The responses to rows as CSV, in JSON and in CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([columns, *rows])
    path, body = f"/v1/models/{name}/predict", text.getvalue().encode()
    answer = client.post(path, data=body, content_type="text/csv")
    assert answer.status_code == 200, answer.text
    table = client.post(path, data=body, content_type="text/csv", headers={"Accept": "text/csv"})
    assert table.status_code == 200, table.text
    return dict(answer.get_json()), list(csv.DictReader(io.StringIO(table.text)))


def inferred(client: FlaskClient, points: Array, *, binary: bool) -> dict[str, Any]:
    """Tensors by name over the Open Inference Protocol."""
    tensor: dict[str, Any] = {"name": "points", "datatype": "FP64", "shape": list(points.shape)}
    if not binary:
        document = {"inputs": [tensor | {"data": points.ravel().tolist()}]}
        answer = client.post("/v2/models/walked/infer", json=document)
        outputs = answer.get_json()["outputs"]
        return {one["name"]: np.array(one["data"]).reshape(one["shape"]) for one in outputs}
    data = points.astype("<f8").tobytes()
    document = {"inputs": [tensor | {"parameters": {"binary_data_size": len(data)}}]}
    head = json.dumps(document | {"parameters": {"binary_data_output": True}}).encode()
    answer = client.post(
        "/v2/models/walked/infer",
        data=head + data,
        headers={"Inference-Header-Content-Length": str(len(head))},
        content_type="application/octet-stream",
    )
    return binary_tensors(answer.data, int(answer.headers["Inference-Header-Content-Length"]))


def binary_tensors(data: bytes, start: int) -> dict[str, Any]:
    types = {"FP32": "<f4", "FP64": "<f8", "INT64": "<i8", "BOOL": "?"}
    found: dict[str, Any] = {}
    for one in json.loads(data[:start])["outputs"]:
        size = one["parameters"]["binary_data_size"]
        part, start = data[start : start + size], start + size
        if one["datatype"] == "BYTES":
            found[one["name"]] = texts_in(part)
        else:
            found[one["name"]] = np.frombuffer(part, types[one["datatype"]]).reshape(one["shape"])
    return found


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
