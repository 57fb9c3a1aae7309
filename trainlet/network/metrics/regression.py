"""Metrics of regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.decision import Decision
from trainlet.network.metrics.metric import Metric


@dataclass(frozen=True)
class AbsoluteError(Metric):
    """Mean of |y − t| over samples and outputs. scikit-learn: `mean_absolute_error`."""

    kind: ClassVar[str] = "mae"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        with np.errstate(all="ignore"):
            return float(np.mean(np.abs(outputs.astype(np.float64) - targets)))


@dataclass(frozen=True)
class R2(Metric):
    """Coefficient of determination: 1 − Σ (y − t)² / Σ (t − mean t)², the mean over the outputs.

    For constant targets it is 1 if every prediction is exact, else 0. nan for a single sample.
    scikit-learn: `r2_score`.
    """

    kind: ClassVar[str] = "r2"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def undefined(self, targets: Array, decision: Decision) -> str | None:
        return "R² needs at least 2 samples" if len(targets) < 2 else None

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        if self.undefined(targets, decision):
            return float("nan")
        wide = targets.astype(np.float64)
        with np.errstate(all="ignore"):
            rest = np.square(outputs - wide).sum(axis=0)
            spread = np.square(wide - wide.mean(axis=0)).sum(axis=0)
            constant = spread == 0
            ratio = rest / np.where(constant, 1.0, spread)
        return float(np.mean(np.where(constant, rest == 0, 1 - ratio)))
