"""The protocol without a client: its form of errors, and invalid bodies."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest
from flask.testing import FlaskClient

from service.inference.oip.requests import HEADER_LENGTH

pytestmark = pytest.mark.usefixtures("models")

PATH = "/v2/models/line/infer"


def tensor(**changes: Any) -> dict[str, Any]:
    return {"name": "points", "shape": [2, 1], "datatype": "FP32", "data": [1, 2.5]} | changes


def infer_request(*inputs: Any, **more: Any) -> dict[str, Any]:
    return {"inputs": list(inputs) or [tensor()]} | more


@pytest.mark.parametrize("data", [[1, 2.5], [[1], [2.5]]])
def test_data_may_be_flat_or_nested(client: FlaskClient, data: Any) -> None:
    response = client.post(PATH, json=infer_request(tensor(data=data), parameters={"other": 1}))
    assert response.get_json() == {
        "model_name": "line",
        "model_version": "1",
        "outputs": [
            {"name": name, "datatype": "FP32", "shape": [2, 1], "data": [2.0, 5.0]}
            for name in ("outputs", "values")
        ],
    }


def test_an_alias_stands_for_a_version(client: FlaskClient) -> None:
    client.put("/v1/models/line/aliases/best", json={"version": 1})
    response = client.post("/v2/models/line/versions/best/infer", json=infer_request())
    assert response.get_json()["model_version"] == "1"
    assert client.get("/v2/models/line/versions/best/ready").get_json()["ready"] is True


def test_binary_is_requested_the_whole_request_too(client: FlaskClient) -> None:
    response = client.post(PATH, json=infer_request(parameters={"binary_data_output": True}))
    length = int(response.headers[HEADER_LENGTH])
    assert np.frombuffer(response.data[length:], "<f4").tolist() == [2.0, 5.0, 2.0, 5.0]
    output, _ = orjson.loads(response.data[:length])["outputs"]
    assert output["parameters"] == {"binary_data_size": 8}


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        {},
        {"inputs": {}},
        {"inputs": []},
        {"inputs": ["points"]},
        infer_request(tensor(), tensor()),
        infer_request(tensor(name="x")),
        infer_request(tensor(name=None)),
        infer_request(tensor(shape=None)),
        infer_request(tensor(shape=[2])),
        infer_request(tensor(shape=[2, 1.0])),
        infer_request(tensor(shape=[-2, -1])),
        infer_request(tensor(shape=[2**40, 1])),
        infer_request(tensor(shape=[1] * 40)),
        infer_request(tensor(shape=[3, 1])),
        infer_request(tensor(shape=[2, 2])),
        infer_request(tensor(shape=[1, 2])),
        infer_request(tensor(datatype="BYTES")),
        infer_request(tensor(datatype="BOOL")),
        infer_request(tensor(datatype=[])),
        infer_request(tensor(datatype="INT8", data=[300, 1])),
        infer_request(tensor(datatype="UINT8", data=[-1, 1])),
        infer_request(tensor(datatype="INT8", data=[1.5, 1])),
        infer_request(tensor(data=None)),
        infer_request(tensor(data="12")),
        infer_request(tensor(data=[1, "2"])),
        infer_request(tensor(data=[1, None])),
        infer_request(tensor(data=[True, False])),
        infer_request(tensor(data=[[1], [2, 3]])),
        infer_request(tensor(data=[1e300, 1])),
        infer_request(tensor(parameters=[])),
        infer_request(tensor(parameters={"binary_data_size": 8})),
        infer_request(id=7),
        infer_request(parameters=7),
        infer_request(outputs={}),
        infer_request(outputs=[7]),
        infer_request(outputs=[{"name": "labels"}]),
        infer_request(outputs=[{"name": "outputs"}, {"name": "outputs"}]),
        infer_request(outputs=[{"name": "outputs", "parameters": {"classification": 2}}]),
    ],
)
def test_a_request_that_is_wrong_is_reported_in_the_protocols_form(
    client: FlaskClient, document: Any
) -> None:
    response = client.post(PATH, json=document)
    assert response.status_code == 400, response.text
    assert set(response.get_json()) == {"error"}
    assert response.content_type == "application/json"


HEAD = orjson.dumps(
    {
        "inputs": [
            {
                "name": "points",
                "shape": [2, 1],
                "datatype": "FP32",
                "parameters": {"binary_data_size": 8},
            }
        ]
    }
)


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (HEAD + b"1234567", len(HEAD)),
        (HEAD + b"123456789", len(HEAD)),
        (HEAD + b"12345678", len(HEAD) + 100),
        (HEAD + b"12345678", -1),
        (HEAD + b"12345678", "a"),
        (HEAD + b"12345678", "9" * 5000),
        (HEAD + b"12345678", 0),
        (HEAD + b"12345678", None),
        (orjson.dumps(infer_request()) + b"1234", len(orjson.dumps(infer_request()))),
        (b"", None),
    ],
)
def test_binary_data_that_are_not_what_is_reported(
    client: FlaskClient, body: bytes, length: Any
) -> None:
    headers = {} if length is None else {HEADER_LENGTH: str(length)}
    response = client.post(PATH, data=body, headers=headers)
    assert response.status_code == 400
    assert "error" in response.get_json()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/models/curve", 404),
        ("GET", "/v2/models/line/versions/7/ready", 404),
        ("GET", "/v2/models/line/versions/none", 404),
        ("POST", "/v2/models/curve/infer", 404),
        ("GET", "/v2/models/line/infer", 405),
        ("GET", "/v2/nothing", 404),
        ("DELETE", "/v2/models/line", 405),
        ("POST", "/v2", 405),
        ("GET", "/v2/", 404),
    ],
)
def test_what_is_not_there_is_reported_in_the_protocols_form(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert set(response.get_json()) == {"error"}


def test_unsupported_encodings_and_large_bodies_are_rejected(client: FlaskClient) -> None:
    refused = client.post(PATH, json=infer_request(), headers={"Content-Encoding": "br"})
    assert (refused.status_code, set(refused.get_json())) == (415, {"error"})
    large = client.post(PATH, data=b" " * 100_001)
    assert (large.status_code, set(large.get_json())) == (413, {"error"})
