"""Predictions over HTTP: correct values, and a JSON Pointer to each invalid value."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.http.npy import NPY
from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet.network import predictor
from trainlet.store import Store


def predict(client: FlaskClient, body: Any, path: str = "line") -> Any:
    options = {"data": body} if isinstance(body, (str, bytes)) else {"json": body}
    return client.post(
        f"/v1/models/{path}/predict", headers={"Content-Type": "application/json"}, **options
    )


def test_a_regression_responses_with_values(client: FlaskClient, train: Train) -> None:
    train(line())
    response = predict(client, {"points": [[1], [2.5], [-3]]})
    assert response.status_code == 200
    assert response.get_json() == {
        "model": {"name": "line", "version": 1},
        "outputs": [[2.0], [5.0], [-6.0]],
        "values": [[2.0], [5.0], [-6.0]],
    }


def test_a_classification_responses_with_labels_for_raw_points(
    client: FlaskClient, train: Train, store: Store
) -> None:
    train(circles())
    points = [[1.0, 3.0], [2.0, 2.0], [0.3, 0.4]]
    payload = predict(client, {"points": points}, "circles").get_json()
    model = store.models.load("circles")
    inputs = model.preprocessing.inputs(np.array(points), "float32")
    outputs = predictor(model.network, model.parameters)(inputs)
    assert payload["outputs"] == pytest.approx(outputs, abs=1e-6)
    assert payload["labels"] == [int(output > 0.5) for (output,) in payload["outputs"]]
    assert "values" not in payload


def test_labels_are_the_targets_that_were_given(client: FlaskClient, train: Train) -> None:
    spec = line(targets=["no", "yes"])
    spec["architecture"]["layers"][0]["activation"] = "sigmoid"
    train(spec)
    assert predict(client, {"points": [[-9], [9]]}).get_json()["labels"] == ["no", "yes"]


def test_the_newest_version_responses_unless_one_is_named(
    client: FlaskClient, train: Train
) -> None:
    train(line())
    tripled = line()
    tripled["architecture"]["layers"][0]["weight_initializer"]["values"] = [[3.0]]
    train(tripled)
    assert predict(client, {"points": [[1]]}).get_json()["outputs"] == [[3.0]]
    assert predict(client, {"points": [[1]]}, "line/versions/1").get_json()["outputs"] == [[2.0]]
    assert predict(client, {"points": [[1]]}, "line/versions/2").get_json()["outputs"] == [[3.0]]
    assert predict(client, {"points": [[1]]}, "line/versions/3").status_code == 404
    assert predict(client, {"points": [[1]]}, "curve").status_code == 404


def test_no_points_are_returned_with_none(client: FlaskClient, train: Train) -> None:
    train(line())
    train(circles())
    payload = predict(client, {"points": []}).get_json()
    assert (payload["outputs"], payload["values"]) == ([], [])
    assert predict(client, {"points": []}, "circles").get_json()["labels"] == []


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"points": [[1, 2], [1], [1, 2, 3]]}, ["#/points/1", "#/points/2"]),
        ({"points": [[1, "2"], [None, 2]]}, ["#/points/0/1", "#/points/1/0"]),
        ({"points": [[1, True]]}, ["#/points/0/1"]),
        ({"points": [[1, [2]]]}, ["#/points/0/1"]),
        ({"points": [[1, {}]]}, ["#/points/0/1"]),
        ({"points": [1, 2]}, ["#/points/0", "#/points/1"]),
        ({"points": [[], []]}, ["#/points/0", "#/points/1"]),
        ({"points": [[[1, 2]]]}, ["#/points/0"]),
        ({"points": ["12"]}, ["#/points/0"]),
        ({"points": {}}, ["#/points"]),
        ({"points": None}, ["#/points"]),
        ({"points": [[1, 2]], "more": 1}, ["#/more"]),
        ({}, ["#/points"]),
        ([], ["#"]),
        ({"points": [[1, 2], [1e300, 2]]}, ["#/points/1"]),
        ('{"points": [[1, NaN]]}', None),
        ('{"points": [[1, 1e999]]}', None),
        ('{"points": [[1, 2]', None),
        ("", None),
    ],
)
def test_every_bad_point_has_its_pointer(
    client: FlaskClient, train: Train, body: Any, pointers: list[str] | None
) -> None:
    train(circles())
    response = predict(client, body, "circles")
    if pointers is None:
        assert response.status_code == 400
    else:
        assert response.status_code == 422
        assert [error["pointer"] for error in response.get_json()["errors"]] == pointers


def test_a_point_reports_which_numbers_it_lacks(client: FlaskClient, train: Train) -> None:
    train(circles())
    error = predict(client, {"points": [[1]]}, "circles").get_json()["errors"][0]
    assert error["allowed"] == "a list of 2 numbers: x1, x2"


def test_an_output_that_is_not_finite_is_reported_not_null(
    client: FlaskClient, train: Train
) -> None:
    train(line())
    response = predict(client, {"points": [[1], [3e38]]})
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert error["pointer"] == "#/points/1"
    assert "finite" in error["detail"]


def test_more_points_than_the_limit_are_refused_with_the_limit(
    client: FlaskClient, train: Train
) -> None:
    train(line())
    assert predict(client, {"points": [[1]] * 1000}).status_code == 200
    response = predict(client, {"points": [[1]] * 1001})
    assert response.status_code == 413
    assert "1000" in response.get_json()["detail"]


def test_whole_numbers_of_any_size_are_numbers(client: FlaskClient, train: Train) -> None:
    train(line())
    response = predict(client, '{"points": [[1e10], [18446744073709551615], [-5], [1E2]]}')
    outputs = [output for (output,) in response.get_json()["outputs"]]
    assert outputs == pytest.approx([2e10, 2 * 18446744073709551615, -10, 200])


def three(client: FlaskClient, train: Train) -> None:
    """Return a spec for a model with three outputs, the softmax of (x, 0, −x)."""
    spec = line(inputs=[[1], [2], [3]], targets=["a", "b", "c"])
    values = {"type": "values", "values": [[1.0, 0.0, -1.0]]}
    spec["architecture"]["layers"][0] |= {
        "units": 3,
        "activation": "softmax",
        "weight_initializer": values,
    }
    train(spec)


def test_the_best_labels_come_with_their_outputs(client: FlaskClient, train: Train) -> None:
    three(client, train)
    document = predict(client, {"points": [[2], [-2]]}, "line/versions/1").get_json()
    assert "top" not in document
    payload = client.post("/v1/models/line/predict?top=2", json={"points": [[2], [-2]]}).get_json()
    assert [[best["label"] for best in row] for row in payload["top"]] == [["a", "b"], ["c", "b"]]
    assert payload["top"][0][0]["output"] == pytest.approx(document["outputs"][0][0], abs=1e-6)
    all_of_them = client.post("/v1/models/line/predict?top=9", json={"points": [[2]]}).get_json()
    assert len(all_of_them["top"][0]) == 3


def test_one_unit_reports_of_two_labels(client: FlaskClient, train: Train) -> None:
    train(circles())
    path = "/v1/models/circles/predict?top=2"
    payload = client.post(path, json={"points": [[1.0, 3.0]]}).get_json()
    best, other = payload["top"][0]
    assert best["label"] == payload["labels"][0]
    assert best["output"] + other["output"] == pytest.approx(1.0)
    assert best["output"] >= other["output"]


@pytest.mark.parametrize("top", ["1", "-1", "1001", "x"])
def test_a_regression_has_no_best_labels(client: FlaskClient, train: Train, top: str) -> None:
    train(line())
    response = client.post(f"/v1/models/line/predict?top={top}", json={"points": [[1]]})
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "top"


def npy(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, np.asarray(array), allow_pickle=True)
    return file.getvalue()


def post_npy(client: FlaskClient, body: bytes, accept: str = NPY) -> Any:
    headers = {"Content-Type": NPY, "Accept": accept}
    return client.post("/v1/models/circles/predict", data=body, headers=headers)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", ">f8", "int8", "uint64"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_and_go_as_npy(
    client: FlaskClient, train: Train, dtype: str, order: Any
) -> None:
    train(circles())
    points = [[1, 3], [2, 2], [0, 4]]
    expected = predict(client, {"points": points}, "circles").get_json()["outputs"]
    response = post_npy(client, npy(np.array(points, dtype, order=order)))
    assert (response.status_code, response.content_type) == (200, NPY)
    outputs = np.load(BytesIO(response.data), allow_pickle=False)
    assert outputs.dtype == np.float32
    assert outputs == pytest.approx(np.array(expected), abs=1e-6)
    as_json = post_npy(client, npy(np.array(points, dtype)), "application/json").get_json()
    assert as_json["outputs"] == pytest.approx(outputs, abs=1e-6)
    assert np.load(BytesIO(post_npy(client, npy(np.empty((0, 2)))).data)).shape == (0, 1)


def header(text: str, size: int | None = None) -> bytes:
    length = len(text) if size is None else size
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + text.encode()


BOMB = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 2), }"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"junk", 400),
        (npy([[1.0, 2.0]])[:-1], 400),
        (npy([[1.0, 2.0]]) + b"x", 400),
        (header(BOMB), 400),
        (header(BOMB.replace("1000000000000", "-1")), 400),
        (header("(" * 60_000), 400),
        (header("(" * 3000), 400),
        (header("__import__('os').abort()"), 400),
        (header(BOMB, 65_535), 400),
        (npy(np.array([[{}, []]], object)), 400),
        (npy(np.array([["a", "b"]])), 400),
        (npy([[True, False]]), 400),
        (npy([[1j, 2]]), 400),
        (npy(np.zeros(2, [("a", "f8")])), 400),
        (npy([1.0, 2.0]), 422),
        (npy([[1.0, 2.0, 3.0]]), 422),
        (npy([[1.0, np.nan]]), 422),
        (npy([[np.inf, 1.0]]), 422),
        (npy(1.0), 422),
        (npy(np.zeros((1001, 2))), 413),
    ],
)
def test_arrays_are_hostile_input(
    client: FlaskClient, train: Train, body: bytes, status: int
) -> None:
    train(circles())
    response = post_npy(client, body)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    if status == 422:
        assert response.get_json()["errors"][0]["pointer"].startswith("#/points")


def test_other_forms_are_neither_taken_nor_given(client: FlaskClient, train: Train) -> None:
    train(circles())
    path = "/v1/models/circles/predict"
    assert client.post(path, data=b"1,3", content_type="text/plain").status_code == 415
    response = client.post(path, json={"points": []}, headers={"Accept": "text/html"})
    assert response.status_code == 406
