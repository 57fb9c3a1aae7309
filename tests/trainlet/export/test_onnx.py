"""ONNX files compute under onnxruntime what the service returns, for every layer and activation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import onnxruntime
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
from trainlet.datasets import TargetEncoding
from trainlet.export.onnx_activations import ACTIVATIONS
from trainlet.export.onnx_file import IR_VERSION, OPSET, to_onnx
from trainlet.export.onnx_layers import LAYERS
from trainlet.network.activations import Activation
from trainlet.network.arrays import Array
from trainlet.network.layers import Layer
from trainlet.store import Model

CONV = {"type": "conv2d", "filters": 2, "kernel_size": 1}
DENSE = {"type": "dense", "units": 2, "activation": "tanh"}


TOLERANCE = {"float32": 1e-5, "float64": 1e-9}
"""Sums are added in another order: rounding of some thousand terms in each type."""


def run_all(model: Model, **inputs: Array) -> dict[str, Array]:
    """Every output of the model's file under onnxruntime, by name."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    file = to_onnx(model, "some", 3)
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, map(np.asarray, session.run(None, inputs)), strict=True))


def run(model: Model, points: Array) -> Array:
    return run_all(model, points=points)["outputs"]


def compare(model: Model, points: Array) -> None:
    dtype = model.network.dtype
    outputs = run(model, points)
    assert outputs.dtype == dtype
    limit = TOLERANCE[dtype]
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=limit, atol=limit)


def test_every_layer_and_activation_has_a_writer() -> None:
    assert set(LAYERS) == set(Layer.kinds.values())
    assert set(ACTIVATIONS) == set(Activation.kinds.values())
    written = json.dumps([case.layers for case in CASES.values()])
    for kind in (*Layer.kinds, *Activation.kinds):
        assert f'"type": "{kind}"' in written, f"no case has {kind}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_the_service(name: str, dtype: Dtype) -> None:
    case = CASES[name]
    model = model_of(case.layers, ROWS if case.inputs == "rows" else IMAGES, dtype)
    compare(model, points_for(model, 5))


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_stacks_of_layers_load_and_agree(dtype: Dtype) -> None:
    for seed in range(80):
        model = model_of(random_layers(seed), IMAGES, dtype)
        compare(model, points_for(model, 3))


@pytest.mark.parametrize("kind", Activation.kinds)
def test_activations_are_exact_near_zero_and_finite_far_away(kind: str) -> None:
    layers = [{"type": "activation", "activation": {"type": kind}}]
    model = model_of(layers, ROWS, "float64")
    model = replace(model, preprocessing=replace(model.preprocessing, mean=None, scale=None))
    points = np.array([[-1e-12, 1e-12, 0.0], [-800.0, 800.0, 1e-3], [-30.0, 30.0, -1.0]])
    # onnxruntime's sigmoid of -z is 1 - sigmoid(z), exact to the spacing of doubles near 1 alone.
    near = 1e-14 if kind == "silu" else 1e-16
    np.testing.assert_allclose(run(model, points), outputs_of(model, points), 1e-12, near)


def test_features_are_computed_inside() -> None:
    model = with_features(model_of([DENSE], ROWS, "float64"), "x0^3", "sin(x2)", "x1*x2")
    points = points_for(model)
    np.testing.assert_allclose(run(model, points), outputs_of(model, points), rtol=1e-12)


def test_missing_values_are_filled_and_targets_scaled_back() -> None:
    model = filling(model_of([DENSE], ROWS))
    points = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    result = run_all(model, points=points)
    np.testing.assert_allclose(result["outputs"], outputs_of(model, points), rtol=1e-5)
    np.testing.assert_allclose(result["values"], model.preprocessing.values_of(result["outputs"]))


def parts(rows: list[list[Any]]) -> dict[str, Array]:
    """Such rows as the two inputs of the graph."""
    numbers = coded(rows)[:, [0, 2, 4]]
    return {"points": numbers, "categories": np.array([[r[1], r[3]] for r in rows], object)}


def test_categories_are_texts() -> None:
    model, rows = with_categories(), ROWS_OF_ALL_TYPES
    file = onnx.load_from_string(to_onnx(model, "some", 3))
    outputs = run_all(model, **parts(rows))["outputs"]
    np.testing.assert_allclose(outputs, outputs_of(model, coded(rows)), rtol=1e-12)
    about = {entry.key: json.loads(entry.value) for entry in file.metadata_props}
    assert about["points"] == ["size", "ripe", "day"]
    assert about["categories"] == {"colour": ["blue", "green", "red"], "kind": ["a", "b"]}


def test_a_text_that_is_not_known_counts_as_missing() -> None:
    unknown = [[1.5, "pink", True, "a", "2024-05-31"]]
    for fills in (False, True):
        model = with_categories(fills=fills)
        outputs = run_all(model, **parts(unknown))["outputs"]
        assert np.isnan(outputs).all() != fills
    missing = coded([[1.5, None, True, "a", "2024-05-31"]])
    np.testing.assert_allclose(outputs, outputs_of(model, missing), rtol=1e-12)


def test_columns_named_like_a_category_are_reported_apart() -> None:
    model = with_equal_names()
    points = np.array([[0.0, 7.0, 1.0], [1.0, -2.0, 2.0]])
    texts = np.array([["b"], ["c"]], object)
    outputs = run_all(model, points=points[:, 1:], categories=texts)["outputs"]
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-12)


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        ("zero_one", ("no", "yes")),
        ("plus_minus_one", (False, True)),
        ("zero_one", (3, 2**62)),
        ("zero_one", (2**63, 2**64 - 1)),
        ("one_hot", (0.5, 1.5)),
        ("one_hot", ("a", 2**70)),
    ],
)
def test_labels_are_those_of_the_service_on_ties_too(form: Any, labels: Any) -> None:
    model = undecided(form, labels)
    points = np.array([[0.0], [-1.0], [1.0], [1e-3]])
    outputs = outputs_of(model, points)
    result = run_all(model, points=points)
    np.testing.assert_array_equal(result["outputs"][0], outputs[0])
    np.testing.assert_allclose(result["outputs"], outputs, rtol=1e-6)
    expected = model.preprocessing.labels_of(outputs)
    assert expected is not None
    assert expected[0] == labels[0], "a tie goes to the first label"
    texts = len({type(label) for label in labels}) > 1
    assert result["labels"].tolist() == ([str(one) for one in expected] if texts else expected)


def test_no_points_give_no_outputs() -> None:
    layers = [{"type": "reshape", "shape": [1, 3, 1]}, CONV, {"type": "flatten"}, DENSE]
    for dtype in DTYPES:
        model = model_of(layers, ROWS, dtype)
        assert run(model, points_for(model, 0)).shape == (0, 2)


def test_the_file_states_what_it_is() -> None:
    file = onnx.load_from_string(to_onnx(model_of([DENSE], ROWS), "some", 3))
    assert (file.opset_import[0].version, file.ir_version) == (OPSET, IR_VERSION)
    assert (file.producer_name, file.model_version, file.graph.name) == ("trainlet", 3, "some")
    about = {entry.key: json.loads(entry.value) for entry in file.metadata_props}
    assert about == {"columns": ["x0", "x1", "x2"], "labels": None, "task": "regression"}
    assert [value.name for value in file.graph.input] == ["points"]
    assert [value.name for value in file.graph.output] == ["outputs"]


def test_multilabel_reports_which_labels_are_present() -> None:
    model = model_of([DENSE | {"activation": "sigmoid"}], ROWS)
    encoding = TargetEncoding("multilabel", ("a", "b"))
    model = replace(model, preprocessing=replace(model.preprocessing, encoding=encoding))
    points = points_for(model)
    session = onnxruntime.InferenceSession(to_onnx(model, "some", 3))
    (present,) = session.run(["labels"], {"points": points})
    expected = model.preprocessing.labels_of(outputs_of(model, points))
    assert [["ab"[place] for place in np.flatnonzero(row)] for row in present] == expected
    assert len({tuple(row) for row in present.tolist()}) > 1
    about = session.get_modelmeta().custom_metadata_map
    assert (json.loads(about["labels"]), json.loads(about["task"])) == (["a", "b"], "multilabel")
