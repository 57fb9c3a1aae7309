"""Standalone predictors return the service's predictions without trainlet installed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainlet.export.models import (
    CASES,
    DTYPES,
    IMAGES,
    ROWS,
    ROWS_OF_ALL_TYPES,
    Dtype,
    coded,
    filling,
    model_of,
    outputs_of,
    points_for,
    random_layers,
    undecided,
    with_categories,
    with_equal_names,
    with_features,
)
from trainlet.datasets import FittedPreprocessing, TargetEncoding
from trainlet.export import predictor, to_standalone
from trainlet.network.activations import Activation
from trainlet.network.arrays import Array
from trainlet.network.layers import Layer
from trainlet.store import Model

DENSE = {"type": "dense", "units": 2, "activation": "tanh"}
SIGMOID = {"type": "dense", "units": 1, "activation": "sigmoid"}


def loaded(model: Model) -> dict[str, Any]:
    source = to_standalone(model, "some", 3)
    names: dict[str, Any] = {"__name__": "predictor"}
    exec(compile(source, "predictor.py", "exec"), names)
    return names


def test_every_layer_and_activation_is_known() -> None:
    assert set(predictor.LAYERS) == set(Layer.kinds)
    assert set(predictor.ACTIVATIONS) == set(Activation.kinds)


def test_all_of_a_preparation_goes_along() -> None:
    """A new field belongs into both exports, unless it does not change predictions."""
    exported = {"columns", "features", "encoding", "mean", "scale", "constant", "fill", "shape"}
    exported |= {"target_mean", "target_scale", "forms"}
    only_for_files = {"file"}
    assert {field.name for field in fields(FittedPreprocessing)} == exported | only_for_files


def compare(model: Model, points: Array) -> None:
    outputs = loaded(model)["predict"](points)
    assert outputs.dtype == model.network.dtype
    # Sums are added in another order.
    limit = {"float32": 1e-5, "float64": 1e-12}[model.network.dtype]
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=limit, atol=limit)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_the_service(name: str, dtype: Dtype) -> None:
    case = CASES[name]
    model = model_of(case.layers, ROWS if case.inputs == "rows" else IMAGES, dtype)
    compare(model, points_for(model, 5))


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_stacks_of_layers_agree(dtype: Dtype) -> None:
    for seed in range(80):
        model = model_of(random_layers(seed), IMAGES, dtype)
        compare(model, points_for(model, 3))


def test_columns_named_like_a_category_are_reported_apart() -> None:
    model = with_equal_names()
    outputs = loaded(model)["predict"]([["b", 7.0, 1.0], ["c", -2.0, 2.0]])
    points = np.array([[0.0, 7.0, 1.0], [1.0, -2.0, 2.0]])
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-12)


@pytest.mark.parametrize(
    ("form", "labels"),
    [("zero_one", ("no", "yes")), ("plus_minus_one", (False, True)), ("one_hot", (3, 2**62))],
)
def test_labels_are_those_of_the_service_on_ties_too(form: Any, labels: Any) -> None:
    model = undecided(form, labels)
    points = np.array([[0.0], [-1.0], [1.0], [1e-3]])
    names = loaded(model)
    outputs = names["predict"](points)
    np.testing.assert_array_equal(outputs, outputs_of(model, points))
    assert names["labels"](outputs) == model.preprocessing.labels_of(outputs)


def test_extreme_points_do_not_overflow() -> None:
    for kind in Activation.kinds:
        model = model_of([DENSE | {"activation": kind}], ROWS)
        points = points_for(model) * 1000
        outputs = loaded(model)["predict"](points)
        np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-5, atol=1e-6)


def test_features_and_labels_go_along() -> None:
    model = with_features(model_of([SIGMOID], ROWS, "float64"), "x0^3", "cos(x2)", "x1*x2")
    encoding = TargetEncoding("zero_one", ("no", "yes"))
    model = replace(model, preprocessing=replace(model.preprocessing, encoding=encoding))
    points = points_for(model)
    names = loaded(model)
    outputs = names["predict"](points)
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-12)
    assert names["labels"](outputs) == model.preprocessing.labels_of(outputs_of(model, points))


def test_missing_values_are_filled_and_targets_scaled_back() -> None:
    model = filling(model_of([DENSE], ROWS))
    points = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    names = loaded(model)
    outputs = names["predict"](points)
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-6)
    expected = model.preprocessing.values_of(outputs)
    np.testing.assert_allclose(names["values"](outputs), expected)


def test_columns_may_hold_texts_and_dates() -> None:
    model, rows = with_categories(), ROWS_OF_ALL_TYPES
    predict = loaded(model)["predict"]
    np.testing.assert_allclose(predict(rows), outputs_of(model, coded(rows)), rtol=1e-9)
    assert predict([]).shape == (0, 2)
    with pytest.raises(ValueError, match=r"colour must be one of .*blue.*, not 'pink'"):
        predict([[1.5, "pink", True, "b", "2024-05-31"]])
    with pytest.raises(ValueError, match="rows of 5"):
        predict([[1.5, "red"]])


def test_missing_texts_are_filled() -> None:
    model, rows = with_categories(fills=True), [[None, None, None, "a", None]]
    outputs = loaded(model)["predict"](rows)
    np.testing.assert_allclose(outputs, outputs_of(model, coded(rows)), rtol=1e-9)


def test_a_file_runs_alone_with_numpy(tmp_path: Path) -> None:
    model = model_of([DENSE], ROWS)
    file = tmp_path / "some-3.py"
    file.write_text(to_standalone(model, "some", 3), encoding="utf-8")
    points = points_for(model, 2)
    ran = subprocess.run(
        [sys.executable, "-I", file],
        input=json.dumps(points.tolist()).encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    payload = json.loads(ran.stdout)
    np.testing.assert_allclose(payload["outputs"], outputs_of(model, points), rtol=1e-5)
    assert payload["labels"] is None
    with pytest.raises(ValueError, match="rows of 3 values: x0, x1, x2"):
        loaded(model)["predict"]([[1.0, 2.0]])


def test_the_source_holds_no_way_to_run_data() -> None:
    source = to_standalone(model_of([DENSE], ROWS), "some", 3)
    assert not any(
        word in source for word in ("eval(", "exec(", "pickle", "trainlet", "__import__")
    )


@pytest.mark.parametrize(
    ("encoding", "outputs", "labels"),
    [
        (TargetEncoding("zero_one", ("no", "yes")), [[0.5], [0.51]], ["no", "yes"]),
        (TargetEncoding("plus_minus_one", ("no", "yes")), [[0.0], [0.1]], ["no", "yes"]),
        (TargetEncoding("one_hot", ("a", "b")), [[0.4, 0.4], [0.1, 0.2]], ["a", "b"]),
        (TargetEncoding("multilabel", ("a", "b")), [[0.9, 0.6], [0.5, 0.4]], [["a", "b"], []]),
        (TargetEncoding(), [[0.9, 0.6]], None),
    ],
)
def test_labels_are_those_of_the_service(
    encoding: TargetEncoding, outputs: Any, labels: Any
) -> None:
    model = model_of([DENSE], ROWS)
    model = replace(model, preprocessing=replace(model.preprocessing, encoding=encoding))
    numbers = np.array(outputs)
    assert loaded(model)["labels"](numbers) == model.preprocessing.labels_of(numbers) == labels
