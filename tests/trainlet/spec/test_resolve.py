from __future__ import annotations

from typing import Any

import pytest

from tests.trainlet.spec.jobs import dense, description, inline, job, nothing
from trainlet.config import to_json
from trainlet.datasets import Source, TargetEncoding
from trainlet.errors import ValidationError
from trainlet.spec import describe, encoding_of, network_of, resolve

NUMBERS = inline([0, 1, 2.5])
TWO, TEXT = inline([0, 1, 0]), inline(["a", "b", "a"])


@pytest.mark.parametrize(
    ("source", "activation", "loss", "task", "resolved"),
    [
        ("four_circles", "sigmoid", "auto", "classification", "binary_cross_entropy"),
        ("four_circles", "tanh", "auto", "classification", "mse"),
        ("four_circles", "sigmoid", "half_squared_error", "classification", "half_squared_error"),
        (TEXT, "softmax", "auto", "classification", "categorical_cross_entropy"),
        (inline([True, False]), "linear", "auto", "classification", "mse"),
        (TWO, "sigmoid", "auto", "regression", "mse"),
        (TWO, "sigmoid", "binary_cross_entropy", "classification", "binary_cross_entropy"),
        (NUMBERS, "linear", "auto", "regression", "mse"),
    ],
)
def test_auto_becomes_what_it_stands_for(
    source: Any, activation: str, loss: str, task: str, resolved: str
) -> None:
    spec = job(dense(1, activation), source=_json(source), training={"loss": loss})
    spec = resolve(spec, description(spec))
    assert spec.dataset.task == task
    assert to_json(spec)["training"]["loss"] == {"type": resolved}


def test_what_was_requested_stays() -> None:
    spec = job(dense(1, "sigmoid"), dataset={"task": "regression"}, training={"loss": "mse"})
    assert to_json(resolve(spec, description(spec)))["dataset"]["task"] == "regression"


@pytest.mark.parametrize(
    ("source", "units", "activation", "encoding"),
    [
        ("four_circles", 1, "sigmoid", TargetEncoding("zero_one", (0, 1))),
        ("four_circles", 1, "linear", TargetEncoding("zero_one", (0, 1))),
        ("four_circles", 1, "tanh", TargetEncoding("plus_minus_one", (0, 1))),
        ("four_circles", 2, "softmax", TargetEncoding("one_hot", (0, 1))),
        (TEXT, 2, "sigmoid", TargetEncoding("one_hot", ("a", "b"))),
        (inline(["c", "b", "a"]), 3, "softmax", TargetEncoding("one_hot", ("a", "b", "c"))),
        (inline([[0, 1], [1, 0]]), 2, "softmax", TargetEncoding("as_given", (0, 1))),
    ],
)
def test_the_output_layer_states_how_labels_are_encoded(
    source: Any, units: int, activation: str, encoding: TargetEncoding
) -> None:
    spec = job(dense(units, activation), source=_json(source), dataset={"task": "classification"})
    assert encoding_of(spec, description(spec)) == encoding


def test_values_are_not_encoded() -> None:
    spec = job(dense(1), source=_json(NUMBERS))
    assert encoding_of(spec, description(spec)) == TargetEncoding("as_given")


def test_the_network_has_an_input_for_each_feature() -> None:
    features = {"preprocessing": {"features": ["x1", "x2", "x1*x2"]}}
    spec = job(dense(1, "sigmoid"), dataset=features)
    assert network_of(spec, description(spec)).input_shape == (3,)


def test_a_source_that_is_not_there_is_a_fault_of_the_spec() -> None:
    spec = job(dense(1), source={"type": "uploaded", "id": "0" * 64})
    with pytest.raises(ValidationError) as caught:
        describe(spec, nothing)
    assert [error.pointer for error in caught.value.errors] == ["#/dataset/source/id"]


def _json(source: Source | str) -> Any:
    return to_json(source)
