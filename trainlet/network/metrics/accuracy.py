"""Accuracy and top-k accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from trainlet.config import Range
from trainlet.errors import FieldError
from trainlet.network.arrays import Array
from trainlet.network.decision import Decision
from trainlet.network.metrics.metric import Metric


@dataclass(frozen=True)
class Accuracy(Metric):
    """Fraction of samples whose prediction equals the target.

    For multilabel tasks every label must be correct (exact match ratio).
    scikit-learn: `accuracy_score`.
    """

    kind: ClassVar[str] = "accuracy"

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        correct = decision.chosen(outputs) == decision.chosen(targets)
        return float(np.mean(correct.all(axis=1)))


@dataclass(frozen=True)
class TopK(Metric):
    """Fraction of samples whose label is among the labels of the k largest outputs.

    Among equal outputs the last label counts as the largest, as in scikit-learn's
    `top_k_accuracy_score`, so that constant outputs do not score 1.
    """

    kind: ClassVar[str] = "top_k"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)

    k: Annotated[int, Range(min=1, max=1000), "Number of labels that count as predicted."] = 3

    @property
    def name(self) -> str:
        return f"top_{self.k}"

    def error(self, labels: int, task: str) -> FieldError | None:
        if self.k < labels:
            return None
        expected = f"below {labels}, the number of labels"
        return FieldError(
            ("k",), self.k, expected, f"must be {expected}, because it would always be 1"
        )

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        wanted = decision.positions(targets)[:, np.newaxis]
        if outputs.shape[1] == 1:
            hits = decision.positions(outputs) == wanted[:, 0]
            return float(np.mean(hits)) if self.k == 1 else 1.0
        own = np.take_along_axis(outputs, wanted, axis=1)
        later = np.arange(outputs.shape[1]) > wanted
        ahead = (outputs > own) | ((outputs == own) & later)
        return float(np.mean(ahead.sum(axis=1) < self.k))
