"""Compatibility with Triton's client from PyPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tritonclient.http as triton
from flask.testing import FlaskClient
from tritonclient.http import InferenceServerClient as Client
from tritonclient.utils import InferenceServerException

POINTS = np.array([[1.0, 3.0], [2.0, 2.0], [0.5, 3.5]], np.float32)


@pytest.fixture
def triton_client(address: str) -> Iterator[Client]:
    client = Client(address)
    yield client
    client.close()


def given(points: Any, datatype: str = "FP32", binary: bool = True) -> list[Any]:
    tensor = triton.InferInput("points", list(points.shape), datatype)
    tensor.set_data_from_numpy(points, binary_data=binary)
    return [tensor]


def test_server_and_models_report_of_themselves(triton_client: Client) -> None:
    assert triton_client.is_server_live()
    assert triton_client.is_server_ready()
    assert triton_client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    assert triton_client.is_model_ready("circles")
    assert triton_client.is_model_ready("circles", "1")
    assert not triton_client.is_model_ready("circles", "2")
    assert not triton_client.is_model_ready("curve")
    assert triton_client.get_model_metadata("circles") == {
        "name": "circles",
        "versions": ["1"],
        "platform": "trainlet_safetensors",
        "inputs": [{"name": "points", "datatype": "FP64", "shape": [-1, 2]}],
        "outputs": [
            {"name": "outputs", "datatype": "FP32", "shape": [-1, 1]},
            {"name": "labels", "datatype": "INT64", "shape": [-1]},
        ],
    }


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_both_doors_give_the_same_responses(
    triton_client: Client, client: FlaskClient, binary_in: bool, binary_out: bool
) -> None:
    wanted = [
        triton.InferRequestedOutput(name, binary_data=binary_out) for name in ("labels", "outputs")
    ]
    result = triton_client.infer(
        "circles", given(POINTS, binary=binary_in), outputs=wanted, request_id="seven"
    )
    path = "/v1/models/circles/predict"
    expected = client.post(path, json={"points": POINTS.tolist()}).get_json()
    assert result.as_numpy("outputs") == pytest.approx(np.array(expected["outputs"]), abs=1e-7)
    assert result.as_numpy("labels").tolist() == expected["labels"]
    payload = result.get_response()
    assert (payload["id"], payload["model_name"], payload["model_version"]) == (
        "seven",
        "circles",
        "1",
    )
    assert [output["name"] for output in payload["outputs"]] == ["labels", "outputs"]


@pytest.mark.parametrize(
    ("datatype", "dtype"),
    [("FP64", "f8"), ("FP16", "f2"), ("INT8", "i1"), ("UINT64", "u8"), ("INT32", "i4")],
)
def test_any_type_of_number_is_taken(triton_client: Client, datatype: str, dtype: str) -> None:
    points = np.array([[3], [5]], dtype)
    result = triton_client.infer("line", given(points, datatype), model_version="1")
    assert result.as_numpy("outputs").tolist() == [[6.0], [10.0]]
    assert result.as_numpy("labels") is None


def test_labels_that_are_words_come_as_bytes(triton_client: Client) -> None:
    points = np.array([[-9.0], [9.0]], np.float32)
    for binary in (True, False):
        wanted = [triton.InferRequestedOutput("labels", binary_data=binary)]
        result = triton_client.infer("words", given(points), outputs=wanted)
        labels = [
            word if isinstance(word, str) else word.decode() for word in result.as_numpy("labels")
        ]
        assert labels == ["no", "yes"]


def test_no_points_are_returned_with_none(triton_client: Client) -> None:
    result = triton_client.infer("circles", given(np.empty((0, 2), np.float32)))
    assert result.as_numpy("outputs").shape == (0, 1)


def test_what_is_wrong_reaches_the_client(triton_client: Client) -> None:
    for points, payload in (
        (np.ones((1, 3), np.float32), "x1, x2"),
        (np.full((1, 2), np.nan, np.float32), "must be a row without missing values"),
        (np.zeros((1001, 2), np.float32), "the limit is 1000"),
    ):
        with pytest.raises(InferenceServerException, match=payload):
            triton_client.infer("circles", given(points))
    with pytest.raises(InferenceServerException, match="no model 'curve'"):
        triton_client.infer("curve", given(POINTS))
