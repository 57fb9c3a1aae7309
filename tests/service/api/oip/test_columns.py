"""Columns that are not numbers, and values of regressions: expected numbers computed by hand."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pytest
import tritonclient.http as triton
from flask.testing import FlaskClient
from tritonclient.http import InferenceServerClient

from service.http.npy import NPY
from service.inference.oip.requests import HEADER_LENGTH
from service.inference.oip.tensors import datatype_of
from tests.service.conftest import Train
from tests.service.specs import line
from trainlet.datasets import TargetEncoding
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

SAMPLES = b"""size,color,ripe,day,price
7.1,red,true,1970-01-02,1
6.9,green,false,1970-01-05,3
,,,,1
8.0,red,true,1970-01-02,3
"""
WEIGHTS = [[2.0], [10.0], [20.0], [5.0], [1.0]]
"""Of size, color=green, color=red, ripe, and day in days since 1970."""

PATH = "/v2/models/price/infer"
SIZES = {"name": "size", "datatype": "FP64", "shape": [2, 1], "data": [1.5, 2]}
COLORS = {"name": "color", "datatype": "BYTES", "shape": [2, 1], "data": ["red", "green"]}
RIPE = {"name": "ripe", "datatype": "BOOL", "shape": [2, 1], "data": [True, False]}
DAYS = {"name": "day", "datatype": "BYTES", "shape": [2, 1], "data": ["1970-01-03", "1970-02-01"]}
INPUTS = [SIZES, COLORS, RIPE, DAYS]
OUTPUTS = [1.5 * 2 + 20 + 5 + 2, 2 * 2 + 10 + 31.0]


def dense(weights: list[list[float]]) -> dict[str, Any]:
    values = {"type": "values", "values": weights}
    units = len(weights[0])
    return {
        "layers": [
            {"type": "dense", "units": units, "trainable": False, "weight_initializer": values}
        ]
    }


def regression(source: dict[str, Any], weights: list[list[float]], **more: Any) -> dict[str, Any]:
    spec = line() | {"name": "price", "architecture": dense(weights)}
    preprocessing = {"standardize": False, "standardize_targets": True} | more
    return spec | {"dataset": {"source": source, "preprocessing": preprocessing}}


def uploaded(
    client: FlaskClient, settings: Settings, store: Store, queue: Queue, content: bytes
) -> dict[str, Any]:
    headers = {"Content-Type": "text/csv"}
    dataset = client.post("/v1/datasets", data=content, headers=headers).get_json()["id"]
    TaskRunner(store, queue, settings).run(BackgroundTask("read", dataset))
    return {"type": "uploaded", "id": dataset}


@pytest.fixture
def price(
    client: FlaskClient, settings: Settings, store: Store, queue: Queue, train: Train
) -> None:
    """Return a regression spec with given weights, target mean (2) and scale (1)."""
    source = uploaded(client, settings, store, queue, SAMPLES)
    train(regression(source, WEIGHTS, target="price", missing="mean"))


def infer(client: FlaskClient, *inputs: Any, path: str = PATH) -> Any:
    return client.post(path, json={"inputs": list(inputs)})


def tensors(response: Any) -> dict[str, list[Any]]:
    assert response.status_code == 200, response.text
    return {one["name"]: one["data"] for one in response.get_json()["outputs"]}


@pytest.mark.usefixtures("price")
def test_metadata_state_a_tensor_per_column(client: FlaskClient) -> None:
    about = client.get("/v2/models/price").get_json()
    assert about["inputs"] == [
        {"name": "size", "datatype": "FP64", "shape": [-1, 1]},
        {"name": "color", "datatype": "BYTES", "shape": [-1, 1]},
        {"name": "ripe", "datatype": "BOOL", "shape": [-1, 1]},
        {"name": "day", "datatype": "BYTES", "shape": [-1, 1]},
    ]
    assert about["outputs"] == [
        {"name": "outputs", "datatype": "FP32", "shape": [-1, 1]},
        {"name": "values", "datatype": "FP64", "shape": [-1, 1]},
    ]
    result = infer(client, *INPUTS).get_json()["outputs"]
    assert [one | {"shape": [-1, 1], "data": 0} for one in result] == [
        one | {"data": 0} for one in about["outputs"]
    ]


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_columns_are_found_by_name(client: FlaskClient, order: list[int]) -> None:
    result = tensors(infer(client, *(INPUTS[place] for place in order)))
    assert result == {"outputs": OUTPUTS, "values": [output + 2 for output in OUTPUTS]}


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize(
    "change",
    [
        SIZES | {"shape": [2]},
        SIZES | {"datatype": "FP32"},
        COLORS | {"data": [["red"], ["green"]]},
        RIPE | {"datatype": "UINT8", "data": [1, 0]},
        RIPE | {"datatype": "FP32", "data": [1.0, 0]},
        DAYS | {"data": ["1970-01-03T00:00:00Z", "1970-01-31T19:00:00-05:00"]},
    ],
)
def test_other_forms_of_the_same_values(client: FlaskClient, change: dict[str, Any]) -> None:
    inputs = {one["name"]: one for one in INPUTS} | {change["name"]: change}
    assert tensors(infer(client, *inputs.values()))["outputs"] == OUTPUTS


@pytest.mark.usefixtures("price")
def test_missing_values_are_imputed(client: FlaskClient) -> None:
    """The means of the three rows that have a value, by hand."""
    means = 2 * (7.1 + 6.9 + 8) / 3 + 10 / 3 + 20 * 2 / 3 + 5 * 2 / 3 + (1 + 4 + 1) / 3
    nothing = [one | {"shape": [1, 1], "data": [None]} for one in INPUTS]
    assert tensors(infer(client, *nothing))["outputs"] == pytest.approx([means], rel=1e-6)
    for place in (1, 3):
        nothing[place] |= {"data": [""]}
    assert tensors(infer(client, *nothing))["outputs"] == pytest.approx([means], rel=1e-6)
    row = {"points": [[None] * 4]}
    expected = client.post("/v1/models/price/predict", json=row).get_json()["values"][0]
    assert tensors(infer(client, *nothing))["values"] == pytest.approx(expected)


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([COLORS | {"data": ["red", "blue"]}], "#/points/1/color: must be one of green, red"),
        ([DAYS | {"data": ["yesterday", ""]}], "must be a date such as 2024-05-31"),
        ([RIPE | {"datatype": "FP32", "data": [0.5, 1]}], "must be a boolean, not 0.5"),
        ([RIPE | {"data": [1, 0]}], "must have a boolean or null"),
        ([RIPE | {"data": ["true", "false"]}], "must have a boolean or null"),
        ([COLORS | {"datatype": "FP64", "data": [1, 2]}], "'color' (category) must be BYTES"),
        ([DAYS | {"datatype": "INT64", "data": [1, 2]}], "'day' (date) must be BYTES"),
        ([COLORS | {"data": [1, 2]}], "must have a string or null"),
        ([SIZES | {"datatype": "BYTES", "data": ["1", "2"]}], "'size' (number) must be a number"),
        ([SIZES | {"datatype": "BOOL", "data": [True, False]}], "'size' (number)"),
        ([SIZES | {"shape": [3, 1], "data": [1, 2, 3]}], "must be [3, 1] or [3]"),
        ([SIZES | {"shape": [2, 1, 1]}], "must be [2, 1] or [2]"),
        ([SIZES | {"shape": []}], "shape of 'size'"),
        ([SIZES | {"shape": [1, 2]}], "must be [1, 1] or [1]"),
        ([{"name": "colour"} | SIZES | {"name": "colour"}], "'colour' is unknown"),
        ([{"name": "points", "datatype": "FP64", "shape": [2, 4], "data": [1] * 8}], "unknown"),
    ],
)
def test_wrong_tensors_are_refused_by_name(
    client: FlaskClient, changes: list[dict[str, Any]], message: str
) -> None:
    inputs = {one["name"]: one for one in INPUTS} | {one["name"]: one for one in changes}
    response = infer(client, *inputs.values())
    assert (response.status_code, list(response.get_json())) == (400, ["error"])
    assert message in response.get_json()["error"]


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([SIZES, COLORS, RIPE], "'day' is required"),
        ([*INPUTS, SIZES], "'size' must occur only once"),
        ([{"name": "points", "datatype": "FP64", "shape": [2, 4], "data": [1] * 8}], "'color'"),
        ([{"name": "points", "datatype": "BYTES", "shape": [1, 4], "data": ["1"] * 4}], "'size'"),
    ],
)
def test_wrong_sets_of_tensors_are_refused(
    client: FlaskClient, inputs: list[Any], message: str
) -> None:
    response = infer(client, *inputs)
    assert (response.status_code, list(response.get_json())) == (400, ["error"])
    assert message in response.get_json()["error"]


@pytest.mark.usefixtures("price")
def test_too_many_points_are_refused_before_they_are_read(client: FlaskClient) -> None:
    inputs = [one | {"shape": [1001, 1]} for one in INPUTS]
    response = infer(client, *inputs)
    assert (response.status_code, list(response.get_json())) == (413, ["error"])


def strings(*texts: bytes) -> bytes:
    return b"".join(len(text).to_bytes(4, "little") + text for text in texts)


def binary(client: FlaskClient, parts: list[bytes], sizes: list[int] | None = None) -> Any:
    sizes = sizes or [len(part) for part in parts]
    head = orjson.dumps(
        {
            "inputs": [
                {name: value for name, value in one.items() if name != "data"}
                | {"parameters": {"binary_data_size": size}}
                for one, size in zip(INPUTS, sizes, strict=True)
            ]
        }
    )
    headers = {HEADER_LENGTH: str(len(head))}
    return client.post(PATH, data=head + b"".join(parts), headers=headers)


PARTS = [
    np.array([1.5, 2]).tobytes(),
    strings(b"red", b"green"),
    b"\x01\x00",
    strings(b"1970-01-03", b"1970-02-01"),
]


@pytest.mark.usefixtures("price")
def test_binary_tensors_follow_one_another(client: FlaskClient) -> None:
    assert tensors(binary(client, PARTS))["outputs"] == OUTPUTS


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize(
    ("place", "part"),
    [
        (0, PARTS[0][:-1]),
        (1, strings(b"red")),
        (1, strings(b"red", b"green") + b"x"),
        (1, strings(b"red", b"green")[:-1]),
        (1, b"\xff" * 12),
        (1, strings(b"red", b"\xff\xfe")),
        (1, b""),
        (2, b"\x01\x02"),
        (2, b"\x01"),
        (3, strings(b"1970-01-03", b"")[:-2]),
    ],
)
def test_wrong_binary_data_are_refused(client: FlaskClient, place: int, part: bytes) -> None:
    parts = [part if place == index else each for index, each in enumerate(PARTS)]
    response = binary(client, parts)
    assert (response.status_code, list(response.get_json())) == (400, ["error"])


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize("change", [-1, 1, 10**9])
def test_binary_sizes_must_add_up(client: FlaskClient, change: int) -> None:
    sizes = [len(part) for part in PARTS]
    sizes[3] += change
    response = binary(client, PARTS, sizes)
    assert (response.status_code, list(response.get_json())) == (400, ["error"])


@pytest.mark.usefixtures("price")
@pytest.mark.parametrize("as_binary", [True, False])
def test_tritons_client_sends_columns(address: str, as_binary: bool) -> None:
    columns = {
        "size": np.array([[1.5], [2]]),
        "color": np.array([[b"red"], [b"green"]], object),
        "ripe": np.array([[True], [False]]),
        "day": np.array([["1970-01-03"], ["1970-02-01"]], object),
    }
    own = InferenceServerClient(address)
    inputs = []
    for about in own.get_model_metadata("price")["inputs"]:
        tensor = triton.InferInput(about["name"], [2, 1], about["datatype"])
        tensor.set_data_from_numpy(columns[about["name"]], binary_data=as_binary)
        inputs.append(tensor)
    result = own.infer("price", inputs)
    own.close()
    assert result.as_numpy("outputs").ravel().tolist() == OUTPUTS
    assert result.as_numpy("values").ravel().tolist() == [output + 2 for output in OUTPUTS]


def test_columns_of_one_datatype_are_one_matrix(
    client: FlaskClient, settings: Settings, store: Store, queue: Queue, train: Train
) -> None:
    content = b"color,size,y\nred,big,1\ngreen,small,3\n"
    source = uploaded(client, settings, store, queue, content)
    train(regression(source, [[1.0], [2.0], [4.0], [8.0]], target="y"))
    assert client.get("/v2/models/price").get_json()["inputs"] == [
        {"name": "points", "datatype": "BYTES", "shape": [-1, 2]}
    ]
    data = ["red", "small", "green", "big"]
    matrix = {"name": "points", "datatype": "BYTES", "shape": [2, 2], "data": data}
    assert tensors(infer(client, matrix))["outputs"] == [2 + 8, 1 + 4]
    colors = {"name": "color", "datatype": "BYTES", "shape": [2], "data": ["red", "green"]}
    sizes = {"name": "size", "datatype": "BYTES", "shape": [2], "data": ["small", "big"]}
    assert tensors(infer(client, sizes, colors))["outputs"] == [2 + 8, 1 + 4]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("standardize_targets", [True, False])
def test_all_paths_return_values_in_the_units_of_the_data(
    client: FlaskClient, train: Train, dtype: str, standardize_targets: bool
) -> None:
    """Targets with means 2 and 25, standard deviations 1 and 15 (NumPy's std)."""
    targets = np.array([[1.0, 10.0], [3.0, 40.0]])
    source = {"type": "inline", "inputs": [[1.0], [2.0]], "targets": targets.tolist()}
    spec = regression(source, [[2.0, -1.0]], standardize_targets=standardize_targets)
    spec["architecture"]["dtype"] = dtype
    train(spec)
    outputs = np.array([[1.0, -0.5], [6.0, -3.0]])
    values = outputs * targets.std(axis=0) + targets.mean(axis=0)
    expected = values if standardize_targets else outputs
    points = np.array([[0.5], [3.0]])
    payload = client.post("/v1/models/price/predict", json={"points": points.tolist()}).get_json()
    assert (payload["outputs"], payload["values"]) == (outputs.tolist(), expected.tolist())

    matrix = {"name": "points", "datatype": "FP64", "shape": [2, 1], "data": points.tolist()}
    result = tensors(infer(client, matrix))
    assert result == {"outputs": outputs.ravel().tolist(), "values": expected.ravel().tolist()}

    file = BytesIO()
    np.save(file, points)
    headers = {"Content-Type": NPY, "Accept": NPY}
    for query in ("", "?top=0"):
        path = f"/v1/models/price/predict{query}"
        sent = client.post(path, data=file.getvalue(), headers=headers)
        assert np.load(BytesIO(sent.data)).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("labels", "datatype", "expected"),
    [
        ((2**63, 2**64 - 1), "UINT64", [2**63, 2**64 - 1]),
        ((-1, 2**63 + 1), "BYTES", ["-1", str(2**63 + 1)]),
        ((0.5, 2**53 + 1), "BYTES", ["0.5", str(2**53 + 1)]),
        ((0, 1.5), "FP64", [0, 1.5]),
        ((False, True), "BOOL", [False, True]),
        (("no", "yes"), "BYTES", ["no", "yes"]),
    ],
)
def test_labels_keep_their_value(
    labels: tuple[Any, ...], datatype: str, expected: list[Any]
) -> None:
    array = TargetEncoding("zero_one", labels).label_array
    assert (datatype_of(array), array.tolist()) == (datatype, expected)
