"""Inspection of models and single training steps over HTTP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.api import examples
from service.api.inspection import layer_numbers
from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet.network.inspection import backpropagate
from trainlet.network.losses import MeanSquaredError
from trainlet.store import Store

MAZUR: dict[str, Any] = examples.STEPS["mazur"]["value"]  # type: ignore[assignment]
POINTS = {"points": [[1.0, 3.0], [2.0, 2.0], [0.5, 0.1]]}
SAMPLES = POINTS | {"targets": [1, 0, 0]}
TWO = {"type": "dense", "units": 2}
NPZ = {"Accept": "application/x-npz"}


def arrays(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/x-npz"
    with np.load(BytesIO(response.data), allow_pickle=False) as file:
        return dict(file)


def step(client: FlaskClient, **changes: Any) -> Any:
    return client.post("/v1/step", json=MAZUR | changes)


def test_mazurs_numbers(client: FlaskClient) -> None:
    payload = step(client).get_json()
    hidden, output = payload["forward"]
    assert hidden["z"][0][0] == pytest.approx(0.3775)
    assert hidden["a"][0] == pytest.approx([0.593269992, 0.596884378], abs=5e-10)
    assert output["a"][0] == pytest.approx([0.75136507, 0.772928465], abs=5e-10)
    assert payload["loss"] == pytest.approx(0.298371109, abs=5e-10)
    hidden, output = payload["backward"]
    assert output["delta"][0] == pytest.approx([0.13849856, -0.03809824], abs=5e-9)
    assert output["dC/dw"][0][0] == pytest.approx(0.082167041, abs=5e-10)
    assert hidden["dC/dw"][0][0] == pytest.approx(0.000438568, abs=5e-10)
    assert (hidden["equations"], output["equations"]) == (
        {"delta": "BP2", "dC/dw": "BP4"},
        {"delta": "BP1", "dC/dw": "BP4"},
    )
    assert payload["before"]["1.weight"] == [[0.4, 0.5], [0.45, 0.55]]
    expected = np.array([[0.35891648, 0.511301270], [0.408666186, 0.561370121]])
    assert np.array(payload["after"]["1.weight"]) == pytest.approx(expected, abs=5e-9)
    assert payload["after"]["1.bias"] == [0.6, 0.6]
    assert payload["loss_after"] == pytest.approx(0.291027774, abs=5e-10)
    measured = payload["central_differences"]["1.weight"]
    assert measured["complete"] is True
    assert measured["relative_error"] < 1e-7
    assert measured["places"] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert measured["measured"][0] == pytest.approx(0.082167041, abs=1e-8)


def test_a_step_as_a_file_holds_the_same(client: FlaskClient) -> None:
    file = arrays(client.post("/v1/step", json=MAZUR, headers=NPZ))
    assert file["loss"] == pytest.approx(0.298371109, abs=5e-10)
    assert file["1.delta"][0] == pytest.approx([0.13849856, -0.03809824], abs=5e-9)
    assert file["after.1.bias"].tolist() == [0.6, 0.6]
    assert file["central_differences.0.weight.measured"].shape == (4,)


def test_large_gradients_are_measured_in_part_and_state_so(client: FlaskClient) -> None:
    wide = {"layers": [{"type": "dense", "units": 300, "activation": "tanh"}, TWO]}
    result = step(client, architecture=wide).get_json()["central_differences"]
    assert sum(len(each["measured"]) for each in result.values()) == 200
    assert [each["complete"] for each in result.values()] == [False] * len(result)
    assert all(each["relative_error"] < 1e-6 for each in result.values())


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"points": []}, ["#/points"]),
        ({"points": [[1, "a"]]}, ["#/points/0/1"]),
        ({"points": [[0.1, 0.2], [0.3]]}, ["#/points/1", "#/targets"]),
        ({"targets": [[1]]}, ["#/targets"]),
        ({"targets": ["yes"]}, ["#/targets"]),
        ({"targets": [[1, 2], [3, 4]]}, ["#/targets"]),
        (
            {
                "loss": "binary_cross_entropy",
                "architecture": {"layers": [TWO]},
            },
            ["#/loss"],
        ),
        ({"loss": "nothing"}, ["#/loss"]),
        ({"optimizer": {"type": "sgd", "learning_rate": -1}}, ["#/optimizer/learning_rate"]),
        ({"points": [[1, 2, 3]]}, ["#/architecture/layers/0/weight_initializer/values"]),
        (
            {"architecture": {"layers": [{"type": "conv2d", "filters": 1}]}},
            ["#/architecture/layers/0"],
        ),
        ({"unknown": 1}, ["#/unknown"]),
        (
            {"architecture": {"layers": [{"type": "batch_normalization"}, TWO]}},
            ["#/points"],
        ),
        (
            {
                "points": [[1e200, 1e200]],
                "targets": [[1e200, 0]],
                "architecture": {"dtype": "float64", "layers": [TWO]},
            },
            ["#/optimizer"],
        ),
    ],
)
def test_a_bad_step_has_its_pointers(
    client: FlaskClient, changes: dict[str, Any], pointers: list[str]
) -> None:
    response = step(client, **changes)
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.get_json()["errors"]] == pointers


def test_a_step_too_large_for_an_response_is_refused(client: FlaskClient) -> None:
    layers = [{"type": "dense", "units": 3000}, {"type": "dense", "units": 2000}]
    wide = {"architecture": {"layers": layers}, "targets": [[0.0] * 2000]}
    assert step(client, **wide).status_code == 413
    assert client.post("/v1/step", json=MAZUR | wide, headers=NPZ).status_code == 413


def test_forward_ends_with_what_predict_responses(client: FlaskClient, train: Train) -> None:
    train(circles())
    payload = client.post("/v1/models/circles/forward", json=POINTS).get_json()
    predicted = client.post("/v1/models/circles/predict", json=POINTS).get_json()
    assert payload["model"] == {"name": "circles", "version": 1}
    assert [(layer["layer"], layer["type"]) for layer in payload["layers"]] == [
        (0, "dense"),
        (1, "dense"),
    ]
    assert np.shape(payload["layers"][0]["z"]) == (3, 4)
    assert np.tanh(payload["layers"][0]["z"]) == pytest.approx(
        np.array(payload["layers"][0]["a"]), abs=1e-6
    )
    assert np.array(payload["layers"][1]["a"]) == pytest.approx(np.array(predicted["outputs"]))
    assert payload["next"] is None
    file = arrays(client.post("/v1/models/circles/versions/1/forward", json=POINTS, headers=NPZ))
    assert set(file) == {"0.z", "0.a", "1.z", "1.a"}
    assert file["0.z"] == pytest.approx(np.array(payload["layers"][0]["z"]))


def test_backpropagate_is_the_networks_own(client: FlaskClient, train: Train, store: Store) -> None:
    train(circles(loss="mse"))
    payload = client.post("/v1/models/circles/backpropagate", json=SAMPLES).get_json()
    model = store.models.load("circles")
    inputs = model.preprocessing.inputs(np.array(POINTS["points"]), "float32")
    targets = np.array([[1], [0], [0]], np.float32)
    backward = backpropagate(model.network, model.parameters, inputs, targets, MeanSquaredError())
    assert payload["cost"] == pytest.approx(backward.cost)
    for shown, layer in zip(payload["layers"], backward.layers, strict=True):
        assert set(shown) == {"layer", "type", "equations", *layer.numbers}
        for name, array in layer.numbers.items():
            assert np.array(shown[name]) == pytest.approx(array)
    file = arrays(client.post("/v1/models/circles/backpropagate", json=SAMPLES, headers=NPZ))
    assert file["0.dC/dw"].shape == (2, 4)
    assert file["cost"] == pytest.approx(backward.cost)


def test_in_training_dropout_drops(client: FlaskClient, train: Train) -> None:
    spec = circles()
    spec["architecture"]["layers"].insert(1, {"type": "dropout", "rate": 0.5})
    train(spec)
    place = "/v1/models/circles/backpropagate"
    quiet, *loud = (
        client.post(place, json=SAMPLES | {"mode": mode}).get_json()["layers"][1]["y"]
        for mode in ("predict", "train", "train")
    )
    assert 0 not in np.array(quiet)
    assert 0 in np.array(loud[0])
    assert loud[0] == loud[1]


def test_batch_normalization_needs_two_points_in_training(
    client: FlaskClient, train: Train
) -> None:
    spec = circles()
    spec["architecture"]["layers"].insert(1, {"type": "batch_normalization"})
    train(spec)
    place = "/v1/models/circles/backpropagate"
    one = {"points": [[1, 2]], "targets": [1]}
    assert client.post(place, json=one).status_code == 200
    response = client.post(place, json=one | {"mode": "train"})
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert (error["pointer"], error["detail"]) == (
        "#/points",
        "must contain at least 2 samples, because batch normalization uses the batch",
    )
    two = {"points": [[1, 2], [0, 1]], "targets": [1, 0], "mode": "train"}
    assert client.post(place, json=two).status_code == 200


def test_layers_come_in_pages(client: FlaskClient, train: Train, monkeypatch: Any) -> None:
    train(circles())
    place = "/v1/models/circles/forward"
    second = client.post(f"{place}?first=1", json=POINTS).get_json()
    assert [layer["layer"] for layer in second["layers"]] == [1]
    first = client.post(f"{place}?limit=1", json=POINTS).get_json()
    assert ([layer["layer"] for layer in first["layers"]], first["next"]) == ([0], 1)
    monkeypatch.setitem(layer_numbers.MAX_NUMBERS, "application/json", 24)
    assert client.post(place, json=POINTS).get_json()["next"] == 1
    monkeypatch.setitem(layer_numbers.MAX_NUMBERS, "application/json", 23)
    response = client.post(place, json=POINTS)
    assert response.status_code == 413
    assert "24" in response.get_json()["detail"]
    assert "application/x-npz" in response.get_json()["detail"]


def test_numbers_that_are_not_finite_have_words(client: FlaskClient, train: Train) -> None:
    train(line())
    payload = client.post("/v1/models/line/forward", json={"points": [[3e38], [1.0]]}).get_json()
    assert payload["layers"][0]["a"] == [["inf"], [2.0]]


@pytest.mark.parametrize(
    ("query", "body", "pointers"),
    [
        ("", {"points": [[1, 2]]}, ["#/targets"]),
        ("", {"targets": [1]}, ["#/points"]),
        ("", [], ["#"]),
        ("", {"points": [], "targets": []}, ["#/points"]),
        ("", {"points": [[1]], "targets": [1]}, ["#/points/0"]),
        ("", {"points": [[1, 2]], "targets": [1, 0]}, ["#/targets"]),
        ("", {"points": [[1, 2]], "targets": [7]}, ["#/targets/0"]),
        ("", {"points": [[1, 2]], "targets": [[1, 2]]}, ["#/targets/0"]),
        ("", {"points": [[1, 2]], "targets": [None]}, ["#/targets/0"]),
        ("", {"points": [[1, 2]], "targets": [1], "mode": "fast"}, ["#/mode"]),
        ("", {"points": [[1, 2]], "targets": [1], "more": 1}, ["#/more"]),
        ("?first=2", {"points": [[1, 2]], "targets": [1]}, ["#/first"]),
    ],
)
def test_a_bad_look_has_its_pointers(
    client: FlaskClient, train: Train, query: str, body: Any, pointers: list[str]
) -> None:
    train(circles())
    response = client.post(f"/v1/models/circles/backpropagate{query}", json=body)
    assert response.status_code == 422, response.text
    results = [
        error.get("pointer", f"#/{error.get('parameter')}")
        for error in response.get_json()["errors"]
    ]
    assert results == pointers


def test_an_alias_stands_for_its_version(client: FlaskClient, train: Train) -> None:
    train(circles())
    train(circles(seed=5))
    client.put("/v1/models/circles/aliases/best", json={"version": 1})
    for path, body in (("forward", POINTS), ("backpropagate", SAMPLES)):
        by_alias, by_number, newest = (
            client.post(f"/v1/models/circles/{place}{path}", json=body).get_json()
            for place in ("versions/best/", "versions/1/", "")
        )
        assert by_alias == by_number
        assert newest["model"]["version"] == 2
        assert newest["layers"] != by_number["layers"]


def test_other_refusals(client: FlaskClient, train: Train) -> None:
    train(circles())
    place = "/v1/models/circles/forward"
    assert client.post("/v1/models/nobody/forward", json=POINTS).status_code == 404
    for version in ("9", "nobody", "0", "-1", "1.5"):
        response = client.post(f"/v1/models/circles/versions/{version}/forward", json=POINTS)
        assert response.status_code == 404, version
    assert client.post(place, json={"points": [[1, 2]] * 1001}).status_code == 413
    assert client.post(place, data="{", content_type="application/json").status_code == 400
    assert client.post(place, json=POINTS, headers={"Accept": "text/csv"}).status_code == 406
    assert client.get(place).status_code == 405
    assert client.post(f"{place}?limit=0", json=POINTS).status_code == 422
