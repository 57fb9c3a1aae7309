"""Metrics against their definitions, counted sample by sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainlet.network import (
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

OUTPUTS = np.array([[0.2, 0.7, 0.1], [0.9, 0.3, 0.2], [0.1, 0.2, 0.3], [0.5, 0.4, 0.1]])
LABELS = [1, 1, 2, 0]
TARGETS = np.eye(3)[LABELS]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Accuracy(), 3 / 4),
        (TopK(1), 3 / 4),
        (TopK(2), 1.0),
        (Precision(), (1 / 2 + 1 / 1 + 1 / 1) / 3),
        (Recall(), (1 / 1 + 1 / 2 + 1 / 1) / 3),
        (F1(), (2 / 3 + 2 / 3 + 1) / 3),
    ],
)
def test_several_units(metric: Metric, expected: float) -> None:
    assert metric.value(OUTPUTS, TARGETS, 0.5) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Accuracy(), 3 / 5),
        (Precision(), 2 / 3),
        (Recall(), 2 / 3),
        (F1(), 2 / 3),
        (Auc(), (0 + 2 + 2) / 6),
    ],
)
def test_one_unit(metric: Metric, expected: float) -> None:
    outputs = np.array([[0.9], [0.6], [0.2], [0.95], [0.1]])
    targets = np.array([[1.0], [1.0], [1.0], [0.0], [0.0]])
    found = metric.value(outputs, targets, 0.5)
    assert found == pytest.approx(by_hand(metric, outputs, targets, expected))


def by_hand(metric: Metric, outputs: Any, targets: Any, expected: float) -> float:
    if not isinstance(metric, Auc):
        return expected
    pairs = [
        (1.0 if p > n else 0.5 if p == n else 0.0)
        for p in outputs[targets > 0.5]
        for n in outputs[targets < 0.5]
    ]
    return sum(pairs) / len(pairs)


@given(
    rows=st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.3]), st.booleans()), min_size=2),
)
@settings(max_examples=50, deadline=None)
def test_auc_counts_pairs(rows: list[tuple[float, bool]]) -> None:
    outputs = np.array([[score] for score, _ in rows])
    targets = np.array([[float(label)] for _, label in rows])
    found = Auc().value(outputs, targets, 0.5)
    if targets.min() == targets.max():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(by_hand(Auc(), outputs, targets, 0.0))


def test_another_threshold() -> None:
    outputs, targets = np.array([[0.4], [-0.2]]), np.array([[1.0], [-1.0]])
    assert Accuracy().value(outputs, targets, 0.0) == 1.0
    assert Accuracy().value(outputs, targets, 0.5) == 0.5


def test_regression() -> None:
    outputs, targets = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [3.0], [5.0]])
    assert AbsoluteError().value(outputs, targets, 0.5) == pytest.approx(2 / 3)
    assert R2().value(outputs, targets, 0.5) == pytest.approx(1 - 2 / 8)
    assert np.isnan(R2().value(outputs, np.ones((3, 1)), 0.5))


def test_a_share_of_nothing_is_zero() -> None:
    nothing = np.zeros((3, 1))
    assert Precision().value(nothing, nothing, 0.5) == 0.0
    assert F1().value(nothing, nothing, 0.5) == 0.0
