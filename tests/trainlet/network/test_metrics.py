"""Metrics against scikit-learn on random cases, and by hand on small ones."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sklearn
from sklearn.exceptions import UndefinedMetricWarning

from trainlet.network import Decision
from trainlet.network.metrics import (
    F1,
    R2,
    AbsoluteError,
    Accuracy,
    Auc,
    Metric,
    Precision,
    Recall,
    TopK,
)

ARGMAX = Decision()
MULTILABEL = Decision(multilabel=True)
AVERAGED = ((Precision, "precision"), (Recall, "recall"), (F1, "f1"))
CASES = 80


def same(result: float, expected: float) -> None:
    assert result == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


def averages(true: Any, predicted: Any, names: Any) -> dict[tuple[str, str], float]:
    """Compute precision, recall and F1 with scikit-learn."""
    return {
        (metric, name): value
        for name in names
        for metric, value in zip(
            ("precision", "recall", "f1"),
            sklearn.precision_recall_fscore_support(true, predicted, average=name, zero_division=0)[
                :3
            ],
            strict=True,
        )
    }


def quietly(score: Any, *arguments: Any, **options: Any) -> float:
    """Compute an undefined score without its warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return float(score(*arguments, **options))


def draw(generator: np.random.Generator, shape: tuple[int, int]) -> Any:
    """Outputs from 0 to 1: spread, with ties, or all the same."""
    kind = generator.integers(3)
    if kind == 0:
        return generator.random(shape)
    return generator.integers(0, 4, shape) / 4 if kind == 1 else np.full(shape, 0.5)


def some_labels(generator: np.random.Generator, rows: int, labels: int) -> Any:
    """True labels, some of them absent, often all but one."""
    present = generator.choice(labels, generator.integers(1, labels + 1), replace=False)
    return generator.choice(present, rows)


@pytest.mark.parametrize("seed", range(4))
def test_several_labels_score_as_in_scikit_learn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    for _ in range(CASES):
        rows, labels = int(generator.integers(1, 12)), int(generator.integers(3, 6))
        true = some_labels(generator, rows, labels)
        outputs, targets = draw(generator, (rows, labels)), np.eye(labels)[true]
        predicted = outputs.argmax(axis=1)
        same(Accuracy().value(outputs, targets, ARGMAX), sklearn.accuracy_score(true, predicted))
        expected = averages(true, predicted, ("macro", "micro", "weighted"))
        for metric, name in AVERAGED:
            for average in ("macro", "micro", "weighted"):
                result = metric(average).value(outputs, targets, ARGMAX)
                same(result, expected[name, average])
            same(metric().value(outputs, targets, ARGMAX), expected[name, "macro"])
        for k in range(1, labels):
            result = TopK(k).value(outputs, targets, ARGMAX)
            known = range(labels)
            same(result, sklearn.top_k_accuracy_score(true, outputs, k=k, labels=known))
        shares = outputs + 1e-3
        shares /= shares.sum(axis=1, keepdims=True)
        area = quietly(sklearn.roc_auc_score, true, shares, multi_class="ovr", labels=range(labels))
        same(Auc().value(shares, targets, ARGMAX), area)


@pytest.mark.parametrize("low", [0.0, -1.0])
@pytest.mark.parametrize("units", [1, 2])
def test_two_labels_score_as_in_scikit_learn_however_many_units(units: int, low: float) -> None:
    generator = np.random.default_rng(units)
    decision = Decision(0.0 if low else 0.5)
    for _ in range(CASES):
        rows = int(generator.integers(1, 12))
        true = some_labels(generator, rows, 2)
        score = draw(generator, (rows, 1))
        if units == 1:
            outputs, targets = score * (1 - low) + low, np.where(true, 1.0, low)[:, None]
        else:
            outputs, targets = np.hstack([1 - score, score]), np.eye(2)[true]
        predicted = (score[:, 0] > 0.5).astype(int)
        same(Accuracy().value(outputs, targets, decision), np.mean(predicted == true))
        expected = averages(true, predicted, ("binary", "macro", "micro", "weighted"))
        for metric, name in AVERAGED:
            for average in ("binary", "macro", "micro", "weighted"):
                result = metric(average).value(outputs, targets, decision)
                same(result, expected[name, average])
            same(metric().value(outputs, targets, decision), expected[name, "binary"])
        same(
            Auc().value(outputs, targets, decision),
            quietly(sklearn.roc_auc_score, true, score[:, 0]),
        )
        if units == 1:
            same(TopK(1).value(outputs, targets, decision), np.mean(predicted == true))


@pytest.mark.parametrize("seed", range(4))
def test_multilabel_scores_as_in_scikit_learn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    for _ in range(CASES):
        rows, labels = int(generator.integers(1, 12)), int(generator.integers(2, 6))
        targets = (generator.random((rows, labels)) < generator.random(labels)).astype(float)
        outputs = draw(generator, (rows, labels))
        true, predicted = targets.astype(int), (outputs > 0.5).astype(int)
        same(
            Accuracy().value(outputs, targets, MULTILABEL), sklearn.accuracy_score(true, predicted)
        )
        expected = averages(true, predicted, ("macro", "micro", "weighted"))
        for metric, name in AVERAGED:
            for average in ("macro", "micro", "weighted"):
                result = metric(average).value(outputs, targets, MULTILABEL)
                same(result, expected[name, average])
            same(metric().value(outputs, targets, MULTILABEL), expected[name, "macro"])
        area = quietly(sklearn.roc_auc_score, true, outputs, average="macro")
        same(Auc().value(outputs, targets, MULTILABEL), area)


def test_regression_scores_as_in_scikit_learn() -> None:
    generator = np.random.default_rng(1)
    for _ in range(CASES):
        rows, units = int(generator.integers(1, 8)), int(generator.integers(1, 4))
        targets = np.round(generator.normal(size=(rows, units)), int(generator.integers(0, 3)))
        outputs = targets.copy() if generator.random() < 0.2 else draw(generator, (rows, units))
        if generator.random() < 0.3:
            targets[:, 0] = 0.5
        same(
            AbsoluteError().value(outputs, targets, ARGMAX),
            sklearn.mean_absolute_error(targets, outputs),
        )
        same(R2().value(outputs, targets, ARGMAX), quietly(sklearn.r2_score, targets, outputs))


OUTPUTS = np.array([[0.2, 0.7, 0.1], [0.9, 0.3, 0.2], [0.1, 0.2, 0.3], [0.5, 0.4, 0.1]])
TARGETS = np.eye(3)[[1, 1, 2, 0]]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Accuracy(), 3 / 4),
        (TopK(1), 3 / 4),
        (TopK(2), 1.0),
        (Precision(), (1 / 2 + 1 / 1 + 1 / 1) / 3),
        (Recall(), (1 / 1 + 1 / 2 + 1 / 1) / 3),
        (F1(), (2 / 3 + 2 / 3 + 1) / 3),
        (F1("micro"), 3 / 4),
    ],
)
def test_several_labels_by_hand(metric: Metric, expected: float) -> None:
    assert metric.value(OUTPUTS, TARGETS, ARGMAX) == pytest.approx(expected)


def test_constant_outputs_are_no_success() -> None:
    outputs, targets = np.full((3, 3), 1 / 3), np.eye(3)
    assert TopK(1).value(outputs, targets, ARGMAX) == pytest.approx(1 / 3)


def test_an_output_at_the_threshold_is_the_first_label() -> None:
    outputs, targets = np.array([[0.5], [0.5]]), np.array([[0.0], [1.0]])
    assert Accuracy().value(outputs, targets, ARGMAX) == 0.5
    assert ARGMAX.positions(outputs).tolist() == [0, 0]
    assert ARGMAX.positions(np.array([[0.4, 0.4]])).tolist() == [0]
    assert MULTILABEL.chosen(np.array([[0.5, 0.6]])).tolist() == [[False, True]]


def test_a_name_reports_the_average_where_it_is_not_the_default() -> None:
    names = [F1().name, F1("binary").name, F1("macro").name, F1("micro").name]
    assert names == ["f1", "f1", "f1", "f1_micro"]
