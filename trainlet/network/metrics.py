"""Metrics: how good outputs are, beyond the loss.

Outputs and targets are (samples, units). With several units the answer is the largest output;
with one it is whether the output lies above the threshold. Precision, recall, F1 and AUC are
those of the second label where there is one unit, and else the mean over the labels.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.frozen import frozen
from trainlet.network.arrays import Array


class Metric(Configuration, family=True):
    """A number that says how good outputs are."""

    classifies: ClassVar[bool] = True
    """Whether it is for classification; the others are for regression."""

    @property
    def name(self) -> str:
        """The metric's name in the history."""
        return self.kind

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        """Compute the metric."""
        raise NotImplementedError


def _chosen(outputs: Array, threshold: float) -> Array:
    """Tell which labels are answered, as booleans (samples, units)."""
    if outputs.shape[1] == 1:
        return np.asarray(outputs > threshold)
    return np.asarray(np.arange(outputs.shape[1]) == outputs.argmax(axis=1)[:, None])


@frozen
class Accuracy(Metric):
    """Share of samples answered rightly."""

    kind: ClassVar[str] = "accuracy"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        right = _chosen(outputs, threshold) == _chosen(targets, threshold)
        return float(np.mean(right.all(axis=1)))


@frozen
class TopK(Metric):
    """Share of samples whose label is among the k largest outputs."""

    kind: ClassVar[str] = "top_k"

    k: Annotated[int, Range(min=1, max=1000), "How many outputs count."] = 3

    @property
    def name(self) -> str:
        return f"top_{self.k}"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        wanted = np.take_along_axis(outputs, targets.argmax(axis=1)[:, None], axis=1)
        return float(np.mean((outputs > wanted).sum(axis=1) < self.k))


def _counts(outputs: Array, targets: Array, threshold: float) -> tuple[Array, Array, Array]:
    """Count, per label, those answered rightly, those answered and those that there are."""
    chosen, wanted = _chosen(outputs, threshold), _chosen(targets, threshold)
    return (chosen & wanted).sum(axis=0), chosen.sum(axis=0), wanted.sum(axis=0)


def _mean_share(part: Array, whole: Array) -> float:
    """Average part / whole over the labels; a share of nothing is 0."""
    return float(np.mean(part / np.maximum(whole, 1)))


@frozen
class Precision(Metric):
    """Of those answered with a label, the share that has it."""

    kind: ClassVar[str] = "precision"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        right, answered, _ = _counts(outputs, targets, threshold)
        return _mean_share(right, answered)


@frozen
class Recall(Metric):
    """Of those that have a label, the share answered with it."""

    kind: ClassVar[str] = "recall"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        right, _, there = _counts(outputs, targets, threshold)
        return _mean_share(right, there)


@frozen
class F1(Metric):
    """The harmonic mean of precision and recall: 2 right / (answered + there)."""

    kind: ClassVar[str] = "f1"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        right, answered, there = _counts(outputs, targets, threshold)
        return _mean_share(2 * right, answered + there)


@frozen
class Auc(Metric):
    """The chance that one with the label gets a larger output than one without; ties count half.

    By ranks (Mann and Whitney 1947): (R − p (p + 1) / 2) / (p n), R the sum of the ranks of the
    p with the label, n those without. Labels that all or none have are left out; nan if so are
    all.
    """

    kind: ClassVar[str] = "auc"

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        wanted = _chosen(targets, threshold)
        areas = [
            _area(outputs[:, unit], wanted[:, unit])
            for unit in range(outputs.shape[1])
            if 0 < wanted[:, unit].sum() < len(wanted)
        ]
        return float(np.mean(areas)) if areas else float("nan")


def _area(scores: Array, wanted: Array) -> float:
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive, negative = int(wanted.sum()), int((~wanted).sum())
    area = (ranks[wanted].sum() - positive * (positive + 1) / 2) / (positive * negative)
    return float(area)


@frozen
class AbsoluteError(Metric):
    """The mean of |y − t| over samples and outputs."""

    kind: ClassVar[str] = "mae"
    classifies: ClassVar[bool] = False

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        return float(np.mean(np.abs(outputs - targets), dtype=np.float64))


@frozen
class R2(Metric):
    """1 − Σ (y − t)² / Σ (t − mean t)², the mean over the outputs; nan where targets are constant.

    The coefficient of determination.
    """

    kind: ClassVar[str] = "r2"
    classifies: ClassVar[bool] = False

    def value(self, outputs: Array, targets: Array, threshold: float) -> float:
        wide = targets.astype(np.float64)
        rest = np.square(outputs - wide).sum(axis=0)
        spread = np.square(wide - wide.mean(axis=0)).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.mean(np.where(spread > 0, 1 - rest / spread, np.nan)))
