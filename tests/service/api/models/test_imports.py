"""Model imports: trainlet's files unchanged, PyTorch's converted, malicious ones rejected."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet.errors import TooLargeError
from trainlet.spec import Limits
from trainlet.store import imports

Change = Callable[[dict[str, Any], dict[str, Any]], None]


def send(client: FlaskClient, data: bytes, query: str = "name=copy") -> Any:
    return client.post(
        f"/v1/models?{query}", data=data, headers={"Content-Type": "application/octet-stream"}
    )


def weights(client: FlaskClient, name: str = "circles") -> bytes:
    return bytes(client.get(f"/v1/models/{name}/weights").data)


def taken_apart(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    length = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]
    about = {name: json.loads(text) for name, text in metadata.items() if name != "kind"}
    return safetensors.numpy.load(data), about | {"kind": metadata["kind"]}


def put_together(arrays: dict[str, Any], about: dict[str, Any]) -> bytes:
    texts = {name: value if name == "kind" else json.dumps(value) for name, value in about.items()}
    return safetensors.numpy.save(arrays, texts)


def test_a_file_of_ours_responses_as_the_model_did(client: FlaskClient, train: Train) -> None:
    train(circles())
    response = send(client, weights(client))
    assert response.status_code == 201, response.text
    assert response.headers["Location"] == "/v1/models/copy/versions/1"
    payload, original = response.get_json(), client.get("/v1/models/circles").get_json()
    assert payload["job"] is None
    assert "job" not in payload["links"]
    assert payload["provenance"]["imported"]["job"] == original["job"]
    for name in ("spec", "metrics", "labels", "columns", "task", "parameters", "architecture"):
        assert payload[name] == original[name], name
    points = {"points": [[1.0, 3.0], [2.0, 2.0]]}
    responses = [
        client.post(f"/v1/models/{name}/predict", json=points).get_json()["outputs"]
        for name in ("circles", "copy")
    ]
    assert responses[0] == responses[1]
    again = send(client, weights(client, "copy"))
    assert again.get_json()["version"] == 2
    assert client.delete("/v1/models/copy/versions/2").status_code == 204


def layer_of(about: dict[str, Any], **changes: Any) -> None:
    about["spec"]["architecture"]["layers"][0] |= changes


def _huge(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    layer_of(about, units=65_536)
    about["spec"]["architecture"]["layers"].insert(1, {"type": "dense", "units": 65_536})


def _hungry(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    layers = about["spec"]["architecture"]["layers"]
    layers[:] = [
        {"type": "dense", "units": 16_384},
        {"type": "reshape", "shape": [128, 128, 1]},
        {"type": "conv2d", "filters": 64, "kernel_size": 64, "padding": "same"},
        {"type": "global_average_pool2d"},
        {"type": "dense", "units": 1},
    ]


def set_(*path: Any, to: Any) -> Change:
    def change(arrays: dict[str, Any], about: dict[str, Any]) -> None:
        place: Any = {"arrays": arrays, "about": about}
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def deep(levels: int) -> Any:
    nested: Any = 1
    for _ in range(levels):
        nested = [nested]
    return nested


LAYER = ("about", "spec", "architecture", "layers", 0)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (set_("about", "format", to=2), 422),
        (set_("about", "kind", to="trainlet checkpoint"), 422),
        (set_("about", "spec", to=[]), 422),
        (set_("about", "spec", "name", to="../x"), 422),
        (set_(*LAYER, "units", to=5), 422),
        (set_(*LAYER, "units", to=-1), 422),
        (set_(*LAYER, "type", to="lambda"), 422),
        (set_("about", "spec", "architecture", "dtype", to="float64"), 422),
        (set_("about", "input_shape", to=[3]), 422),
        (set_("about", "input_shape", to=["x"]), 422),
        (set_("about", "input_shape", to=[10**400]), 413),
        (set_("about", "input_shape", to=7), 422),
        (set_("about", "preprocessing", "features", to=["x1", "x3"]), 422),
        (set_("about", "preprocessing", "mean", to=[1.0]), 422),
        (set_("about", "preprocessing", "scale", to=[float("nan"), 1.0]), 422),
        (set_("about", "preprocessing", "encoding", "labels", to=["a", "b", "c"]), 422),
        (set_("about", "preprocessing", "encoding", "labels", to=[]), 422),
        (set_("about", "preprocessing", "encoding", "labels", to=[0, 10**40]), 422),
        (set_("about", "history", to=[]), 422),
        (set_("about", "history", to={"loss": "x"}), 422),
        (set_("about", "metrics", to={"loss": {}}), 422),
        (set_("about", "metrics", to=7), 422),
        (set_("about", "provenance", to=7), 422),
        (set_("about", "provenance", to={"x": 10**40}), 422),
        (set_("about", "provenance", to={"x": deep(400)}), 422),
        (set_("arrays", "0.weight", to=np.zeros((4, 2), np.float32)), 422),
        (set_("arrays", "0.weight", to=np.zeros((2, 4), np.float64)), 422),
        (set_("arrays", "0.weight", to=np.full((2, 4), np.nan, np.float32)), 422),
        (set_("arrays", "9.weight", to=np.zeros((2, 4), np.float32)), 422),
        (_huge, 413),
        (_hungry, 413),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    client: FlaskClient, train: Train, change: Change, status: int
) -> None:
    train(circles())
    arrays, about = taken_apart(weights(client))
    change(arrays, about)
    response = send(client, put_together(arrays, about))
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert client.get("/v1/models/copy").status_code == 404


def header(text: bytes, length: int | None = None) -> bytes:
    return (len(text) if length is None else length).to_bytes(8, "little") + text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"junk", 422),
        (header(b"{}"), 422),
        (header(b"{}", 2**63), 422),
        (header(b"{}", 3), 422),
        (header(b"[" * 90_000), 422),
        (header(b'{"__metadata__": {"kind": "trainlet model", "format": "1"}}'), 422),
        (header(b'{"__metadata__": {"kind": 1}}'), 422),
        (header(b'{"__metadata__": 1}'), 422),
        (header(b'{"a": {"dtype": "F32", "shape": [9999999999], "data_offsets": [0, 4]}}'), 422),
    ],
)
def test_a_header_is_hostile_input(client: FlaskClient, data: bytes, status: int) -> None:
    assert send(client, data).status_code == status


def test_a_large_header_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "HEADER_BYTES", 100)
    limits = Limits(parameters=1, work=1, inline_values=1)
    with pytest.raises(TooLargeError, match="more than 100 bytes"):
        imports.read_foreign_model(header(b" " * 101), limits)


def test_a_name_is_needed(client: FlaskClient, train: Train) -> None:
    train(line())
    data = weights(client, "line")
    for query in ("", "name=", "name=A", "name=..", "name=a&more=1"):
        response = send(client, data, query)
        assert response.status_code == 422
        assert response.get_json()["errors"][0]["parameter"] in ("name", "more")
    response = client.post("/v1/models?name=a", json={})
    assert response.status_code == 415


ARCHITECTURE = {
    "dtype": "float64",
    "layers": [
        {"type": "reshape", "shape": [4, 5, 2]},
        {"type": "conv2d", "filters": 3, "kernel_size": 2},
        {"type": "batch_normalization"},
        {"type": "flatten"},
        {"type": "dense", "units": 4, "activation": "relu"},
        {"type": "dropout"},
        {"type": "dense", "units": 2, "activation": "softmax"},
    ],
}


def state_dict() -> dict[str, Any]:
    """As PyTorch names and lays out a Sequential of the same layers."""
    draw = np.random.default_rng(7).normal
    return {
        "0.weight": draw(size=(3, 2, 2, 2)),
        "0.bias": draw(size=3),
        "1.weight": draw(size=3),
        "1.bias": draw(size=3),
        "1.running_mean": draw(size=3),
        "1.running_var": draw(size=3) ** 2,
        "1.num_batches_tracked": np.array(9),
        "3.weight": draw(size=(4, 36)),
        "3.bias": draw(size=4),
        "10.weight": draw(size=(2, 4)),
        "10.bias": draw(size=2),
    }


def by_pytorch(state: dict[str, Any], image: Any) -> Any:
    """Return the module's output for an image (channels, height, width), written out."""
    z = np.empty((3, 3, 4))
    for f, r, c in np.ndindex(z.shape):
        actual = image[:, r : r + 2, c : c + 2]
        z[f, r, c] = (state["0.weight"][f] * actual).sum() + state["0.bias"][f]
    channel = (slice(None), None, None)
    z = (z - state["1.running_mean"][channel]) / np.sqrt(state["1.running_var"][channel] + 1e-5)
    z = z * state["1.weight"][channel] + state["1.bias"][channel]
    a = np.maximum(state["3.weight"] @ z.ravel() + state["3.bias"], 0)
    e = np.exp(state["10.weight"] @ a + state["10.bias"])
    return e / e.sum()


def pytorch_file(state: dict[str, Any], **payload: Any) -> bytes:
    texts = {name: json.dumps(value) for name, value in payload.items()}
    return safetensors.numpy.save(state, texts)


def test_a_state_dict_of_pytorch_responses_as_it_did_there(client: FlaskClient) -> None:
    state = state_dict()
    response = send(client, pytorch_file(state, architecture=ARCHITECTURE, labels=["cat", "dog"]))
    assert response.status_code == 201, response.text
    assert response.get_json()["spec"] is None
    image = np.random.default_rng(3).normal(size=(2, 4, 5))
    point = image.transpose(1, 2, 0).ravel().tolist()
    payload = client.post("/v1/models/copy/predict", json={"points": [point]}).get_json()
    expected = by_pytorch(state, image)
    np.testing.assert_allclose(payload["outputs"][0], expected, rtol=1e-10)
    assert payload["labels"] == [["cat", "dog"][expected.argmax()]]
    again = send(client, weights(client, "copy"), "name=third")
    assert again.status_code == 201, again.text
    assert client.get("/v1/models?task=classification").status_code == 200


def test_a_state_dict_may_be_multilabel(client: FlaskClient) -> None:
    layers = [{"type": "dense", "units": 3, "activation": "sigmoid"}]
    state = {"0.weight": np.array([[1.0], [-1.0], [2.0]]), "0.bias": np.zeros(3)}
    document = {"architecture": {"layers": layers}, "labels": ["a", "b", "c"], "task": "multilabel"}
    response = send(client, pytorch_file(state, **document))
    assert response.get_json()["task"] == "multilabel"
    points = {"points": [[1.0], [0.0], [-1.0]]}
    predicted = client.post("/v1/models/copy/predict", json=points).get_json()
    assert predicted["labels"] == [["a", "c"], [], ["b"]]
    samples = {"type": "inline", "inputs": points["points"], "targets": [[1, 0, 1]] * 3}
    payload = client.post("/v1/models/copy/evaluate", json={"source": samples}).get_json()
    assert payload["metrics"]["accuracy"] == pytest.approx(1 / 3)
    assert send(client, pytorch_file(state, **document | {"labels": ["a", "b"]})).status_code == 422


def test_an_imported_model_can_be_looked_into(client: FlaskClient) -> None:
    send(client, pytorch_file(state_dict(), architecture=ARCHITECTURE, labels=["cat", "dog"]))
    points = {"points": np.random.default_rng(3).normal(size=(3, 40)).tolist()}
    payload = client.post("/v1/models/copy/predict", json=points).get_json()
    layers = client.post("/v1/models/copy/forward", json=points).get_json()["layers"]
    np.testing.assert_allclose(layers[-1]["a"], payload["outputs"])
    samples = points | {"targets": ["cat", "dog", "cat"], "mode": "train"}
    document = client.post("/v1/models/copy/backpropagate", json=samples).get_json()
    assert document["loss"] == {"type": "categorical_cross_entropy"}
    wanted = np.array([[1, 0], [0, 1], [1, 0]])
    last = document["layers"][-1]
    np.testing.assert_allclose(last["delta"], (np.array(last["a"]) - wanted) / 3, atol=1e-12)
    assert document["cost"] == pytest.approx(-np.log(np.array(last["a"])[wanted == 1]).mean())


def _renamed(state: dict[str, Any]) -> dict[str, Any]:
    names = {"0": "first", "1": "norm", "3": "hidden", "10": "answer"}
    return {
        f"{names[name.split('.')[0]]}.{name.split('.')[1]}": array for name, array in state.items()
    }


def test_modules_with_names_are_reported_in_order(client: FlaskClient) -> None:
    state, order = _renamed(state_dict()), ["first", "norm", "hidden", "answer"]
    assert send(client, pytorch_file(state, architecture=ARCHITECTURE)).status_code == 422
    payload = send(client, pytorch_file(state, architecture=ARCHITECTURE, modules=order))
    assert payload.status_code == 201, payload.text
    wrong = send(client, pytorch_file(state, architecture=ARCHITECTURE, modules=order[:-1]))
    assert wrong.status_code == 422
    assert "modules must list" in wrong.get_json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"0.weight": np.zeros((3, 2, 2))},
        {"0.weight": np.zeros((3, 2, 3, 3))},
        {"0.weight": np.zeros((3, 2, 2, 2), np.int64)},
        {"3.weight": np.zeros((4, 35))},
        {"3.gamma": np.zeros(4)},
        {"weight": np.zeros(4)},
        {"1.weight_v": np.zeros(3)},
        {"4.weight": np.zeros((1, 1))},
        {"10.bias": np.full(2, np.inf)},
    ],
)
def test_a_state_dict_that_does_not_fit_is_refused(
    client: FlaskClient, change: dict[str, Any]
) -> None:
    response = send(client, pytorch_file(state_dict() | change, architecture=ARCHITECTURE))
    assert response.status_code == 422, response.text
