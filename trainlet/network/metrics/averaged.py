"""Precision, recall and F1, averaged over labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, Self

import numpy as np

from trainlet.errors import FieldError
from trainlet.network.arrays import Array
from trainlet.network.decision import Decision
from trainlet.network.metrics.metric import Metric

Average = Literal["auto", "binary", "macro", "micro", "weighted"]


@dataclass(frozen=True)
class Counts:
    """Numbers of samples per label (labels,): predicted, actual and true positives."""

    predicted: Array
    support: Array
    correct: Array

    @classmethod
    def of(cls, outputs: Array, targets: Array, decision: Decision) -> Self:
        """Return the counts of outputs against targets."""
        predicted, true = decision.chosen(outputs), decision.chosen(targets)
        return cls(predicted.sum(axis=0), true.sum(axis=0), (predicted & true).sum(axis=0))


@dataclass(frozen=True)
class Averaged(Metric):
    """A ratio of counts per label, averaged over the labels."""

    average: Annotated[
        Average,
        "Averaging over labels. binary: the ratio of the second of two labels; macro: the mean;"
        " micro: the ratio of the summed counts; weighted: the mean weighted by support, the"
        " number of samples with the label; auto: binary for two labels, else macro.",
    ] = "auto"

    @property
    def name(self) -> str:
        plain = self.average in ("auto", "binary", "macro")
        return self.kind if plain else f"{self.kind}_{self.average}"

    def resolved(self, labels: int, task: str) -> Self:
        if self.average != "auto":
            return self
        binary = task == "classification" and labels == 2
        return replace(self, average="binary" if binary else "macro")

    def error(self, labels: int, task: str) -> FieldError | None:
        if self.average != "binary" or (task == "classification" and labels == 2):
            return None
        expected = "auto, macro, micro or weighted"
        detail = f"must be {expected}; binary requires exactly 2 labels"
        return FieldError(("average",), self.average, expected, detail)

    def ratio(self, counts: Counts) -> tuple[Array, Array]:
        """Return numerator and denominator per label."""
        raise NotImplementedError

    def per_label(self, counts: Counts) -> Array:
        """Return the ratio of each label; 0 where the denominator is 0."""
        part, whole = self.ratio(counts)
        return np.asarray(part / np.maximum(whole, 1))

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        counts = Counts.of(outputs, targets, decision)
        task = "multilabel" if decision.multilabel else "classification"
        average = self.resolved(len(counts.support), task).average
        if average == "micro":
            part, whole = self.ratio(counts)
            return float(part.sum() / max(whole.sum(), 1))
        ratios = self.per_label(counts)
        if average == "binary":
            return float(ratios[1])
        if average == "weighted":
            return float((ratios * counts.support).sum() / max(counts.support.sum(), 1))
        occurs = decision.multilabel | (counts.predicted + counts.support > 0)
        return float(np.mean(ratios[occurs])) if occurs.any() else float("nan")


@dataclass(frozen=True)
class Precision(Averaged):
    """Fraction of the samples predicted with a label that have it: tp / (tp + fp).

    0 for a label that is never predicted. The mean is over labels that occur in targets or
    predictions, for multilabel over all. scikit-learn: `precision_score(zero_division=0)`.
    """

    kind: ClassVar[str] = "precision"

    def ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.correct, counts.predicted


@dataclass(frozen=True)
class Recall(Averaged):
    """Fraction of the samples with a label that are predicted with it: tp / (tp + fn).

    0 for a label that no sample has. The mean is over labels that occur in targets or
    predictions, for multilabel over all. scikit-learn: `recall_score(zero_division=0)`.
    """

    kind: ClassVar[str] = "recall"

    def ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.correct, counts.support


@dataclass(frozen=True)
class F1(Averaged):
    """Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn).

    The mean is over labels that occur in targets or predictions, for multilabel over all.
    scikit-learn: `f1_score(zero_division=0)`.
    """

    kind: ClassVar[str] = "f1"

    def ratio(self, counts: Counts) -> tuple[Array, Array]:
        return 2 * counts.correct, counts.predicted + counts.support
