"""ONNX files compute what the service answers, for every layer and activation there is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from onnxruntime import InferenceSession

from tests.trainlet.export.models import (
    CASES,
    IMAGES,
    ROWS,
    ROWS_OF_ALL_TYPES,
    coded,
    filling,
    model_of,
    outputs_of,
    points_for,
    with_categories,
    with_features,
)
from trainlet.datasets import Encoding
from trainlet.export.onnx_file import IR_VERSION, OPSET, to_onnx
from trainlet.export.onnx_layers import ACTIVATIONS, LAYERS
from trainlet.network import Activation, Layer
from trainlet.network.arrays import Array
from trainlet.store import Model

DENSE = {"type": "dense", "units": 2, "activation": "tanh"}


def run(model: Model, points: Array) -> Array:
    session = ReferenceEvaluator(onnx.load_from_string(to_onnx(model, "some", 3)))
    answers: Any = session.run(None, {"points": points})
    return np.asarray(answers[0])


def test_every_layer_and_activation_has_a_writer() -> None:
    assert set(LAYERS) == set(Layer.kinds.values())
    assert set(ACTIVATIONS) == set(Activation.kinds.values())
    written = json.dumps([case.layers for case in CASES.values()])
    for kind in (*Layer.kinds, *Activation.kinds):
        assert f'"type": "{kind}"' in written, f"no case has {kind}"


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_the_service(name: str) -> None:
    case = CASES[name]
    model = model_of(case.layers, ROWS if case.inputs == "rows" else IMAGES)
    points = points_for(model, 5)
    outputs = run(model, points)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-5, atol=1e-5)


def test_features_are_computed_inside() -> None:
    model = with_features(model_of([DENSE], ROWS, "float64"), "x0^3", "sin(x2)", "x1*x2")
    points = points_for(model)
    np.testing.assert_allclose(run(model, points), outputs_of(model, points), rtol=1e-12)


def test_missing_values_are_filled_and_targets_scaled_back() -> None:
    model = filling(model_of([DENSE], ROWS))
    points = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    session = ReferenceEvaluator(onnx.load_from_string(to_onnx(model, "some", 3)))
    answers: Any = session.run(None, {"points": points})
    outputs, values = answers
    np.testing.assert_allclose(outputs, outputs_of(model, points), rtol=1e-5)
    np.testing.assert_allclose(values, model.preparation.values_of(np.asarray(outputs)))


def parts(rows: list[list[Any]]) -> dict[str, Array]:
    """Such rows as the two inputs of the graph."""
    numbers = coded(rows)[:, [0, 2, 4]]
    return {"points": numbers, "categories": np.array([[r[1], r[3]] for r in rows], object)}


def test_categories_are_texts() -> None:
    model, rows = with_categories(), ROWS_OF_ALL_TYPES
    file = onnx.load_from_string(to_onnx(model, "some", 3))
    answers: Any = ReferenceEvaluator(file).run(None, parts(rows))
    np.testing.assert_allclose(answers[0], outputs_of(model, coded(rows)), rtol=1e-12)
    about = {entry.key: json.loads(entry.value) for entry in file.metadata_props}
    assert about["points"] == ["size", "ripe", "day"]
    assert about["categories"] == {"colour": ["blue", "green", "red"], "kind": ["a", "b"]}


def test_a_text_that_is_not_known_counts_as_missing() -> None:
    unknown = [[1.5, "pink", True, "a", "2024-05-31"]]
    for fills in (False, True):
        model = with_categories(fills=fills)
        session = ReferenceEvaluator(onnx.load_from_string(to_onnx(model, "some", 3)))
        answers: Any = session.run(None, parts(unknown))
        assert np.isnan(answers[0]).all() != fills
    missing = coded([[1.5, None, True, "a", "2024-05-31"]])
    np.testing.assert_allclose(answers[0], outputs_of(model, missing), rtol=1e-12)


def test_no_points_give_no_outputs() -> None:
    model = model_of([{"type": "reshape", "shape": [1, 3, 1]}, {"type": "flatten"}, DENSE], ROWS)
    assert run(model, points_for(model, 0)).shape == (0, 2)


def test_the_file_says_what_it_is() -> None:
    file = onnx.load_from_string(to_onnx(model_of([DENSE], ROWS), "some", 3))
    assert (file.opset_import[0].version, file.ir_version) == (OPSET, IR_VERSION)
    assert (file.producer_name, file.model_version, file.graph.name) == ("trainlet", 3, "some")
    about = {entry.key: json.loads(entry.value) for entry in file.metadata_props}
    assert about == {"columns": ["x0", "x1", "x2"], "labels": None, "task": "regression"}
    assert [value.name for value in file.graph.input] == ["points"]
    assert [value.name for value in file.graph.output] == ["outputs"]


def test_multilabel_tells_which_labels_are_present() -> None:
    model = model_of([DENSE | {"activation": "sigmoid"}], ROWS)
    encoding = Encoding("multilabel", ("a", "b"))
    model = replace(model, preparation=replace(model.preparation, encoding=encoding))
    points = points_for(model)
    session = InferenceSession(to_onnx(model, "some", 3))
    (present,) = session.run(["labels"], {"points": points})
    expected = model.preparation.labels_of(outputs_of(model, points))
    assert [["ab"[place] for place in np.flatnonzero(row)] for row in present] == expected
    assert len({tuple(row) for row in present.tolist()}) > 1
    about = session.get_modelmeta().custom_metadata_map
    assert (json.loads(about["labels"]), json.loads(about["task"])) == (["a", "b"], "multilabel")
