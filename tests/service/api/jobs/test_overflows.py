"""Rejection of numbers that preprocessing or the network's dtype cannot represent.

The largest float32 is (2 - 2**-23) * 2**127, about 3.40282e38; the largest float64 is about
1.79769e308 (IEEE 754). Squares of numbers beyond 1.3e154 leave float64, those below 1e-162 are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.service.api.jobs.test_rejected_data import ONE, inline, rejected, spec
from tests.service.api.models.test_evaluated_columns import Upload, upload
from tests.worker.here import work
from trainlet.datasets import mapped_table
from trainlet.store import Store

__all__ = ["upload"]

PREPROCESSING = "#/dataset/preprocessing"
NO = {"standardize": False}
PLAIN = [[1.0], [2.0], [3.0], [4.0]]
FOUR = [1, 2, 3, 4]


def job(column: list[float], dtype: str, **preprocessing: Any) -> dict[str, Any]:
    rows = [[value, 1.0 + index] for index, value in enumerate(column)]
    return spec(inline(rows, FOUR[: len(rows)]), dtype=dtype, preprocessing=preprocessing)


REFUSED = [
    (job([1e30, 1], "float32", features=["x1^2"], **NO), "standardize"),
    (job([1e30, 1], "float32", features={"polynomial": 2}, **NO), "standardize"),
    (job([1e20, 1e20], "float32", features=["x2", "x1*x1"], **NO), "standardize"),
    (job([1e200, 1], "float64", features=["x2", "x1^2"], **NO), "features/1"),
    (job([1e200, 1], "float64", features=["x2", "x1^2"]), "features/1"),
    (job([1e200, 1], "float64", features={"polynomial": 2}), "features"),
    (job([1.7e308, -1.7e308], "float64"), "standardize"),
    (job([1e160, -1e160], "float32"), "standardize"),
    (job([1e-200, -1e-200], "float64"), "standardize"),
]
ACCEPTED = [
    job([1e30, 1], "float32", features=["x1^2"]),
    job([1e30, 1], "float32", **NO),
    job([1e30, 1], "float32", features=["sin(x1)"], **NO),
    job([1e30, 1], "float64", features=["x1^2"], **NO),
    job([1e20, 1e-20, 1e20], "float32", features=["x1^2"]),
    job([1.7e308, 1], "float64", columns=["x2"]),
    job([1e39, 1], "float32", columns=["x2"], **NO),
    job([1e-200, 1], "float64"),
]


@pytest.mark.parametrize(("document", "field"), REFUSED)
def test_features_that_overflow_are_refused(
    client: FlaskClient, document: dict[str, Any], field: str
) -> None:
    assert list(rejected(client, document)) == [f"{PREPROCESSING}/{field}"]
    if document["architecture"]["dtype"] == "float64":
        response = client.post("/v1/datasets/preview", json=document["dataset"])
        assert response.status_code == 422
        pointers = [error["pointer"] for error in response.get_json()["errors"]]
        assert pointers == [f"#/preprocessing/{field}"]


@pytest.mark.parametrize("document", ACCEPTED)
def test_large_numbers_that_fit_train(
    client: FlaskClient, store: Store, document: dict[str, Any]
) -> None:
    still = ONE | {"trainable": False, "weight_initializer": "zeros"}
    document["architecture"]["layers"] = [still]
    assert client.post("/v1/jobs?dry_run=true", json=document).status_code == 200
    status = client.get(f"/v1/jobs/{work(store, document).id}").get_json()["status"]
    assert status == "succeeded"


@pytest.mark.parametrize("held_out", ["validation", "test"])
def test_a_held_out_row_beyond_the_dtype_is_named(client: FlaskClient, held_out: str) -> None:
    document = spec(inline(PLAIN, FOUR), split={held_out: 1, "seed": 0})
    order = np.random.default_rng(0).permutation(np.arange(4, dtype=np.uint32))
    row = int(order[0])
    source = document["dataset"]["source"]
    constant = [[1e39 if place == row else 1.0] for place in range(4)]
    document["dataset"]["source"] = source | {"inputs": constant}
    assert list(rejected(client, document)) == [f"#/dataset/source/inputs/{row}"]
    targets = [1e300 if place == row else value for place, value in enumerate(FOUR)]
    document["dataset"]["source"] = source | {"targets": targets}
    document["dataset"]["preprocessing"] = {"standardize_targets": True}
    assert list(rejected(client, document)) == [f"#/dataset/source/targets/{row}"]


def test_targets_whose_variance_overflows_are_refused(client: FlaskClient) -> None:
    source = inline([[1], [2]], [1.7e308, -1.7e308])
    result = rejected(client, spec(source, preprocessing={"standardize_targets": True}))
    assert list(result) == [f"{PREPROCESSING}/standardize_targets"]


def test_columns_of_a_file_are_checked_alike(
    client: FlaskClient, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload("a,b,y\n1e30,1,1\n2,1e39,2\n3,4,3\n")
    for large in (mapped_table.LARGE_BYTES, 0):
        monkeypatch.setattr(mapped_table, "LARGE_BYTES", large)
        chosen = {"target": "y", "columns": ["a"], "standardize": False}
        fits = spec(source, preprocessing=chosen)
        assert client.post("/v1/jobs?dry_run=true", json=fits).status_code == 200
        squared = spec(source, preprocessing=chosen | {"features": ["a^2"]})
        assert list(rejected(client, squared)) == [f"{PREPROCESSING}/standardize"]
        both = spec(source, preprocessing=chosen | {"columns": ["a", "b"]})
        result = rejected(client, both)
        assert list(result) == [f"{PREPROCESSING}/standardize"]
        assert result[f"{PREPROCESSING}/standardize"].endswith("b is up to 1e+39")


@pytest.mark.parametrize(
    ("layers", "training", "pointer"),
    [
        ([{"type": "batch_normalization", "epsilon": 1e-50}], {}, "layers/0/epsilon"),
        ([{"type": "layer_normalization", "epsilon": 1e-39}], {}, "layers/0/epsilon"),
        (
            [{"type": "activation", "activation": {"type": "elu", "alpha": 1e-60}}],
            {},
            "layers/0/activation/alpha",
        ),
        (
            [ONE | {"weight_initializer": {"type": "normal", "stddev": 1e-46}}],
            {},
            "layers/0/weight_initializer/stddev",
        ),
        ([], {"loss": {"type": "huber", "delta": 1e-50}}, "loss/delta"),
        ([], {"clip_norm": 1e-50}, "clip_norm"),
        ([], {"optimizer": {"type": "sgd", "learning_rate": 1e-46}}, "optimizer/learning_rate"),
    ],
)
def test_positive_numbers_that_are_0_in_float32_are_refused(
    client: FlaskClient, layers: list[Any], training: dict[str, Any], pointer: str
) -> None:
    document = spec(inline(PLAIN, FOUR))
    document["architecture"]["layers"] = [*layers, ONE]
    document["training"] |= training
    place = "#/architecture/" if layers else "#/training/"
    detail = "must be at least 1.17549e-38, the smallest normal float32"
    assert rejected(client, document) == {place + pointer: detail}
    document["architecture"]["dtype"] = "float64"
    assert client.post("/v1/jobs?dry_run=true", json=document).status_code == 200


@pytest.mark.parametrize("path", ["forward", "step"])
@pytest.mark.parametrize("value", [1e308, -1e39])
def test_points_beyond_the_dtype_are_refused(client: FlaskClient, path: str, value: float) -> None:
    body: dict[str, Any] = {"architecture": {"layers": [ONE]}, "points": [[1.0], [value]]}
    if path == "step":
        body |= {"targets": [1, 2], "loss": "mse"}
    response = client.post(f"/v1/{path}", json=body)
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert error["pointer"] == "#/points/1"
    assert error["detail"] == "must be numbers up to 3.40282e+38, the largest float32"
    body["architecture"]["dtype"] = "float64"
    assert client.post(f"/v1/{path}", json=body).status_code in (200, 422)


def test_targets_of_a_step_beyond_the_dtype_are_refused(client: FlaskClient) -> None:
    body = {
        "architecture": {"layers": [ONE]},
        "points": [[1.0], [2.0]],
        "targets": [1, 1e308],
        "loss": "mse",
    }
    response = client.post("/v1/step", json=body)
    assert [error["pointer"] for error in response.get_json()["errors"]] == ["#/targets/1"]
