"""The task `multilabel`: its inference, and specs that do not fit it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.trainlet.spec.jobs import dense, description, errors_of, inline, job
from trainlet.config import to_json
from trainlet.datasets import TargetEncoding
from trainlet.spec import encoding_of, resolve

ROWS = [[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 0]]
FLAGS = [[bool(one) for one in row] for row in ROWS]
BINARY, CATEGORICAL = "binary_cross_entropy", "categorical_cross_entropy"
ACTIVATION, UNITS = "#/architecture/layers/0/activation", "#/architecture/layers/0/units"


def spec(
    targets: Any = ROWS,
    units: int = 3,
    activation: str = "sigmoid",
    dataset: Any = None,
    **training: Any,
) -> Any:
    layer = dense(units, activation)
    return job(layer, source=to_json(inline(targets)), dataset=dataset, training=training)


MULTILABEL = {"task": "multilabel"}


@pytest.mark.parametrize(
    ("targets", "activation", "loss", "task"),
    [
        (ROWS, "sigmoid", BINARY, "multilabel"),
        (FLAGS, "sigmoid", "auto", "multilabel"),
        (FLAGS, "sigmoid", "mse", "multilabel"),
        (ROWS, "sigmoid", "auto", "regression"),
        (ROWS, "linear", "mse", "regression"),
        ([[0.5, 0.5, 0], [1, 0, 0]], "sigmoid", BINARY, "classification"),
        ([[0, 0, 1], [1, 0, 0]], "softmax", CATEGORICAL, "classification"),
    ],
)
def test_auto_is_multilabel_for_independent_binary_columns(
    targets: Any, activation: str, loss: str, task: str
) -> None:
    one = spec(targets, activation=activation, loss=loss)
    assert resolve(one, description(one)).dataset.task == task
    assert errors_of(one) == {}


def test_defaults() -> None:
    one = spec(dataset=MULTILABEL)
    payload = to_json(resolve(one, description(one)))["training"]
    assert payload["loss"] == {"type": BINARY}
    assert payload["metrics"] == [{"type": "accuracy"}, {"type": "f1", "average": "macro"}]
    assert encoding_of(one, description(one)) == TargetEncoding("multilabel", (0, 1, 2))


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"activation": "softmax"}, {ACTIVATION: "sigmoid"}),
        ({"activation": "linear", "loss": "mse"}, {ACTIVATION: "sigmoid"}),
        ({"units": 2}, {UNITS: "3"}),
        ({"targets": [[0, 1, 1], [1, 2, 0]]}, {"#/dataset/source/targets/1/1": "0 or 1"}),
        ({"targets": [[0, 1, 0.5], [1, 1, 0]]}, {"#/dataset/source/targets/0/2": "0 or 1"}),
        ({"targets": [0, 1, 0], "units": 1}, {"#/dataset/task": "auto or classification"}),
        ({"targets": [[0], [1]], "units": 1}, {"#/dataset/task": "auto or classification"}),
        ({"class_weights": "balanced"}, {"#/training/class_weights": "null"}),
        ({"metrics": [{"type": "top_k", "k": 1}]}, {"#/training/metrics/0": None}),
        ({"metrics": ["accuracy", "r2"]}, {"#/training/metrics/1": None}),
        (
            {"metrics": [{"type": "f1", "average": "binary"}]},
            {"#/training/metrics/0/average": "auto, macro, micro or weighted"},
        ),
        (
            {"dataset": MULTILABEL | {"split": {"test": 1, "stratify": True}}},
            {"#/dataset/split/stratify": "false"},
        ),
        (
            {"dataset": MULTILABEL | {"preprocessing": {"target_encoding": "one_hot"}}},
            {"#/dataset/preprocessing/target_encoding": "auto"},
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changes: Any, errors: Any) -> None:
    payload = errors_of(spec(**{"dataset": MULTILABEL} | changes))
    assert list(payload) == list(errors)
    for place, allowed in errors.items():
        assert allowed in (None, payload[place])


@pytest.mark.parametrize(
    ("targets", "units", "activation", "k", "fits"),
    [
        (["a", "b", "c"], 3, "softmax", 2, True),
        (["a", "b", "c"], 3, "softmax", 3, False),
        (["a", "b"], 1, "sigmoid", 1, True),
        (["a", "b"], 1, "sigmoid", 2, False),
        (["a", "b"], 2, "softmax", 1, True),
    ],
)
def test_top_k_must_be_below_the_number_of_labels(
    targets: Any, units: int, activation: str, k: int, fits: bool
) -> None:
    payload = errors_of(spec(targets, units, activation, metrics=[{"type": "top_k", "k": k}]))
    assert list(payload) == ([] if fits else ["#/training/metrics/0/k"])


@pytest.mark.parametrize(
    ("targets", "units", "activation", "average"),
    [
        (["a", "b"], 1, "sigmoid", "binary"),
        (["a", "b"], 2, "softmax", "binary"),
        (["a", "b", "c"], 3, "softmax", "macro"),
        (FLAGS, 3, "sigmoid", "macro"),
        ([[True, False], [False, False]], 2, "sigmoid", "macro"),
    ],
)
def test_auto_average_depends_on_the_number_of_labels_alone(
    targets: Any, units: int, activation: str, average: str
) -> None:
    one = spec(targets, units, activation, metrics=["f1", {"type": "f1", "average": "micro"}])
    assert errors_of(one) == {}
    payload = to_json(resolve(one, description(one)))["training"]["metrics"]
    assert [metric["average"] for metric in payload] == [average, "micro"]


def test_two_metrics_of_one_name_are_refused() -> None:
    one = spec(["a", "b"], 1, metrics=["f1", {"type": "f1", "average": "macro"}])
    assert list(errors_of(one)) == ["#/training/metrics/1"]
