"""Rejection of unusable data at submission, in dry runs and in previews."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.api.models.test_evaluated_columns import Upload, errors, upload

__all__ = ["upload"]

ONE = {"type": "dense", "units": 1}
SIGMOID = ONE | {"activation": "sigmoid"}
MISSING = "#/dataset/preprocessing/missing"


def spec(source: Any, layer: Any = ONE, dtype: str = "float32", **dataset: Any) -> dict[str, Any]:
    return {
        "architecture": {"dtype": dtype, "layers": [layer]},
        "dataset": {"source": source} | dataset,
        "training": {"epochs": 1},
    }


def inline(inputs: list[Any], targets: list[Any]) -> dict[str, Any]:
    return {"type": "inline", "inputs": inputs, "targets": targets}


def rejected(client: FlaskClient, document: dict[str, Any]) -> dict[str, str]:
    """The errors of a submission, which are those of a dry run."""
    result = errors(client.post("/v1/jobs", json=document))
    assert errors(client.post("/v1/jobs?dry_run=true", json=document)) == result
    return result


def test_dropping_every_row_is_refused(client: FlaskClient, upload: Upload) -> None:
    source = upload("x,y\n1,\n2,\n,3\n,4\n")
    dataset: dict[str, Any] = {"preprocessing": {"target": "y", "missing": "drop"}}
    assert list(rejected(client, spec(source, **dataset))) == [MISSING]
    preview = client.post("/v1/datasets/preview", json={"source": source} | dataset)
    assert list(errors(preview)) == ["#/preprocessing/missing"]


def test_dropping_all_rows_of_a_label_is_refused(client: FlaskClient, upload: Upload) -> None:
    source = upload("x,y\n1,a\n2,a\n,b\n")
    preprocessing = {"target": "y", "missing": "drop"}
    result = rejected(client, spec(source, SIGMOID, preprocessing=preprocessing))
    assert list(result) == ["#/dataset/source"]
    assert "every target is a" in result["#/dataset/source"]


@pytest.mark.parametrize("name", ["test", "validation"])
def test_a_fraction_that_rounds_to_no_row_is_refused(client: FlaskClient, name: str) -> None:
    source = inline([[1], [2], [3], [4]], [1, 2, 3, 4])
    result = rejected(client, spec(source, split={name: 0.1}))
    assert result[f"#/dataset/split/{name}"].endswith("0.1 of 4 rows rounds to 0")
    assert client.post("/v1/jobs", json=spec(source, split={name: 0.2})).status_code == 202


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (inline([[1e39], [2.0]], [1, 2]), "standardize"),
        (inline([[1.0], [2.0]], [-1e39, 2]), "standardize_targets"),
    ],
)
def test_numbers_beyond_the_dtype_are_refused(
    client: FlaskClient, source: dict[str, Any], field: str
) -> None:
    dataset: dict[str, Any] = {"preprocessing": {"standardize": False}}
    result = rejected(client, spec(source, **dataset))
    assert list(result) == [f"#/dataset/preprocessing/{field}"]
    assert "3.40282e+38, the largest float32" in result[f"#/dataset/preprocessing/{field}"]
    wide = spec(source, dtype="float64", **dataset)
    assert client.post("/v1/jobs", json=wide).status_code == 202
    standardized = spec(source, preprocessing={"standardize": True, "standardize_targets": True})
    assert client.post("/v1/jobs", json=standardized).status_code == 202


def test_uploaded_numbers_beyond_the_dtype_are_refused(client: FlaskClient, upload: Upload) -> None:
    source = upload("x,y\n1e39,1\n2,3\n")
    dataset: dict[str, Any] = {"preprocessing": {"target": "y", "standardize": False}}
    result = rejected(client, spec(source, **dataset))
    assert list(result) == ["#/dataset/preprocessing/standardize"]


@pytest.mark.parametrize(
    ("initializer", "field"),
    [
        ({"type": "values", "values": [[1e39]]}, "values"),
        ({"type": "constant", "value": -1e39}, "value"),
    ],
)
def test_initial_weights_beyond_the_dtype_are_refused(
    client: FlaskClient, initializer: dict[str, Any], field: str
) -> None:
    layer = ONE | {"weight_initializer": initializer}
    source = inline([[1], [2]], [1, 2])
    result = rejected(client, spec(source, layer))
    assert list(result) == [f"#/architecture/layers/0/weight_initializer/{field}"]
    assert client.post("/v1/jobs", json=spec(source, layer, "float64")).status_code == 202


@pytest.mark.parametrize("kind", ["adagrad", "rmsprop", "adam", "adamw"])
def test_an_epsilon_without_effect_is_refused(client: FlaskClient, kind: str) -> None:
    document = spec(inline([[1], [2]], [1, 2]))
    for epsilon in (1e-13, 1e-50):
        document["training"]["optimizer"] = {"type": kind, "epsilon": epsilon}
        result = rejected(client, document)
        detail = "must be at least 9.09495e-13 in float32, where smaller roots count as 0"
        assert result == {"#/training/optimizer/epsilon": detail}
    document["architecture"]["dtype"] = "float64"
    document["training"]["optimizer"]["epsilon"] = 1e-20
    assert client.post("/v1/jobs?dry_run=true", json=document).status_code == 200
