"""Untrained networks over HTTP."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.api import examples
from tests.service.api.inspection.test_views import NPZ, arrays

MAZUR: dict[str, Any] = examples.UNTRAINED["mazur"]["value"]  # type: ignore[assignment]
TWO = {"type": "dense", "units": 2, "activation": "tanh"}


def look(client: FlaskClient, **changes: Any) -> Any:
    return client.post("/v1/forward", json=MAZUR | changes)


def test_mazurs_network_begins_as_in_his_post(client: FlaskClient) -> None:
    payload = look(client).get_json()
    hidden, output = payload["layers"]
    assert hidden["a"][0] == pytest.approx([0.593269992, 0.596884378], abs=5e-10)
    assert output["a"][0] == pytest.approx([0.75136507, 0.772928465], abs=5e-10)
    assert payload["parameters"]["0.bias"] == [0.35, 0.35]


def test_layers_are_reported_by_the_page(client: FlaskClient) -> None:
    payload = client.post("/v1/forward?first=0&limit=1", json=MAZUR).get_json()
    assert (len(payload["layers"]), payload["next"]) == (1, 1)
    assert len(payload["parameters"]) == 4
    assert client.post("/v1/forward?first=2", json=MAZUR).status_code == 422


def test_a_step_starts_from_the_same_numbers_and_a_file_holds_them(client: FlaskClient) -> None:
    drawn = {"architecture": {"layers": [TWO, TWO]}, "seed": 5}
    body = MAZUR | drawn | {"targets": [[0, 1]], "loss": "mse"}
    step = client.post("/v1/step", json=body, headers=NPZ)
    file = arrays(client.post("/v1/forward", json=MAZUR | drawn, headers=NPZ))
    assert sorted(file) == [
        *("0.a", "0.bias", "0.weight", "0.z"),
        *("1.a", "1.bias", "1.weight", "1.z"),
    ]
    assert np.array_equal(file["1.weight"], arrays(step)["before.1.weight"])
    assert np.array_equal(file["1.a"], arrays(step)["1.a"])
    other = arrays(client.post("/v1/forward", json=MAZUR | drawn | {"seed": 6}, headers=NPZ))
    assert not np.array_equal(file["1.weight"], other["1.weight"])


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"points": []}, ["#/points"]),
        ({"points": [[0.1, 0.2], [0.3], ["x", 1]]}, ["#/points/1", "#/points/2/0"]),
        ({"points": [[1, 2, 3]]}, ["#/architecture/layers/0/weight_initializer/values"]),
        ({"seed": -1}, ["#/seed"]),
        ({"targets": [1]}, ["#/targets"]),
    ],
)
def test_a_bad_look_has_its_pointers(
    client: FlaskClient, changes: dict[str, Any], pointers: list[str]
) -> None:
    response = look(client, **changes)
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.get_json()["errors"]] == pointers


def test_what_is_too_large_for_the_eye_is_refused(client: FlaskClient) -> None:
    wide = {"architecture": {"layers": [{"type": "dense", "units": 3000}] * 2}}
    assert look(client, **wide).status_code == 413
    slow = {
        "architecture": {"layers": [{"type": "dense", "units": 1000}] * 4},
        "points": [[0, 0]] * 1000,
    }
    assert client.post("/v1/forward", json=slow, headers=NPZ).status_code == 413
