from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.trainlet.spec.jobs import LIMITS, dense, errors_of, inline, job
from trainlet.config import to_json
from trainlet.datasets import Source

UNITS = "#/architecture/layers/0/units"
ACTIVATION = "#/architecture/layers/0/activation"
TASK, LOSS, SOURCE = "#/dataset/task", "#/training/loss", "#/dataset/source"
ROW = f"{SOURCE}/targets/"
BINARY, CATEGORICAL = "binary_cross_entropy", "categorical_cross_entropy"
SHARES = "numbers from 0 to 1"
DISTRIBUTION = "numbers from 0 to 1 whose sum is 1"
TEXT3 = inline(["a", "b", "c"])
ROWS = inline([[0, 1], [1, 0]])
MANY = inline([float(number) for number in range(1001)])


@pytest.mark.parametrize(
    ("source", "units", "activation", "task", "loss"),
    [
        ("four_circles", 1, "sigmoid", "auto", "auto"),
        ("four_circles", 1, "tanh", "auto", "auto"),
        ("four_circles", 2, "softmax", "auto", "auto"),
        ("four_circles", 1, "linear", "regression", "mse"),
        (TEXT3, 3, "softmax", "auto", "categorical_cross_entropy"),
        (TEXT3, 3, "sigmoid", "auto", "binary_cross_entropy"),
        (ROWS, 2, "sigmoid", "auto", "half_squared_error"),
        (ROWS, 2, "softmax", "classification", "auto"),
        (MANY, 1, "linear", "auto", "auto"),
    ],
)
def test_what_fits_has_no_faults(
    source: Any, units: int, activation: str, task: str, loss: str
) -> None:
    assert _errors_of(source, units, activation, task, loss) == {}


@pytest.mark.parametrize(
    ("source", "units", "activation", "task", "loss", "errors"),
    [
        ("four_circles", 3, "softmax", "auto", "auto", {UNITS: "1 or 2"}),
        (TEXT3, 1, "sigmoid", "auto", "auto", {UNITS: "3"}),
        (ROWS, 3, "linear", "auto", "auto", {UNITS: "2"}),
        (ROWS, 1, "sigmoid", "classification", "auto", {UNITS: "2"}),
        (MANY, 2, "linear", "auto", "auto", {UNITS: "1"}),
        (MANY, 1, "sigmoid", "classification", "auto", {TASK: "auto or regression"}),
        (TEXT3, 3, "linear", "regression", "auto", {TASK: "auto or classification"}),
        (
            inline(["a", "a"]),
            1,
            "sigmoid",
            "auto",
            "auto",
            {SOURCE: "targets of at least 2 labels"},
        ),
        (inline([[0, 2], [1, 0]]), 2, "softmax", "auto", CATEGORICAL, {ROW + "0": DISTRIBUTION}),
        (inline([[0, 1], [-0.5, 0]]), 2, "sigmoid", "auto", BINARY, {ROW + "1": SHARES}),
    ],
)
def test_what_does_not_fit_is_reported(
    source: Any, units: int, activation: str, task: str, loss: str, errors: dict[str, str]
) -> None:
    assert _errors_of(source, units, activation, task, loss) == errors


@pytest.mark.parametrize(
    ("units", "activation", "task", "loss", "pointer", "allowed"),
    [
        (1, "softmax", "auto", "mse", ACTIVATION, {"sigmoid": True, "softmax": False}),
        (1, "tanh", "auto", BINARY, LOSS, {"mse": True, BINARY: False, CATEGORICAL: False}),
        (2, "softmax", "auto", BINARY, LOSS, {"mse": True, BINARY: False, CATEGORICAL: True}),
        (1, "sigmoid", "auto", CATEGORICAL, LOSS, {"mse": True, BINARY: True, CATEGORICAL: False}),
        (1, "sigmoid", "regression", BINARY, LOSS, {"mse": True, BINARY: False}),
    ],
)
def test_choices_that_do_not_fit_each_other_name_those_that_would(
    units: int, activation: str, task: str, loss: str, pointer: str, allowed: dict[str, bool]
) -> None:
    ((place, expected),) = _errors_of("four_circles", units, activation, task, loss).items()
    choices = expected.removeprefix("one of ").split(", ")
    assert place == pointer
    assert {choice: choice in choices for choice in allowed} == allowed


def _errors_of(source: Source | str, units: int, activation: str, task: str, loss: str) -> Any:
    layer = dense(units, activation)
    dataset, training = {"task": task}, {"loss": loss}
    return errors_of(job(layer, source=to_json(source), dataset=dataset, training=training))


def test_first_values_of_another_shape_are_reported_with_the_rest() -> None:
    values = {"type": "values", "values": [[1.0, 2.0]]}
    spec = job(
        dense(3, "relu", weight_initializer=values),
        dense(2, "sigmoid"),
        source=to_json(TEXT3),
        dataset={"preprocessing": {"features": ["x1", "x3", "y^2"]}, "split": {"test": 3}},
        training={"loss": "categorical_cross_entropy"},
    )
    assert list(errors_of(spec)) == [
        "#/architecture/layers/0/weight_initializer/values",
        "#/architecture/layers/1/units",
        "#/training/loss",
        "#/dataset/preprocessing/features/1",
        "#/dataset/preprocessing/features/2",
        "#/dataset/split/test",
    ]


def test_limits_are_stated_with_their_settings() -> None:
    small = replace(LIMITS, parameters=300, work=1e6, inline_values=8)
    layers = dense(100, "relu"), dense(1, "sigmoid")
    spec = job(*layers, source=to_json(inline([0, 1] * 1000)), training={"epochs": 3})
    allowed = errors_of(spec, small)
    assert list(allowed) == ["#/architecture/layers", "#/training/epochs", "#/dataset/source"]
    assert allowed["#/architecture/layers"].startswith("at most 300 parameters")
    for expected, setting in zip(
        allowed.values(), ("PARAMETERS", "WORK", "INLINE_VALUES"), strict=True
    ):
        assert f"TRAINLET_MAX_{setting}" in expected


def test_at_the_limit_a_job_is_let_in() -> None:
    spec = job(dense(1, "sigmoid"), source=to_json(inline([0, 1])), training={"epochs": 7})
    assert errors_of(spec, replace(LIMITS, parameters=3, work=7 * 2 * 3, inline_values=6)) == {}
    assert len(errors_of(spec, replace(LIMITS, parameters=2, work=41, inline_values=5))) == 3


def test_only_training_samples_count_as_work() -> None:
    spec = job(dense(1, "sigmoid"), dataset={"split": {"test": 900}})
    assert errors_of(spec, replace(LIMITS, work=300)) == {}


def test_samples_and_batches_must_fit_in_memory() -> None:
    source = {"type": "four_circles", "samples": 1_000_000}
    wide = job(
        dense(65_536, "relu"), dense(1, "sigmoid"), source=source, training={"batch_size": 65_536}
    )
    assert list(errors_of(wide)) == ["#/training/batch_size"]
    features = {"preprocessing": {"features": ["x1"] * 1000}}
    many = job(dense(1, "sigmoid"), source=source, dataset=features)
    assert list(errors_of(many)) == ["#/dataset/source"]
    assert "TRAINLET_MAX_MEMORY_BYTES" in errors_of(many)["#/dataset/source"]
