"""Area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.decision import Decision
from trainlet.network.metrics.metric import Metric


@dataclass(frozen=True)
class Auc(Metric):
    """Probability that a sample with the label has a larger output than one without.

    Equal outputs count as ½. With two labels it is the area of the second label. With more it is
    the unweighted mean over the labels, one versus rest. nan if a label is in no sample or in all.
    scikit-learn: `roc_auc_score(multi_class="ovr")`.
    """

    kind: ClassVar[str] = "auc"

    def undefined(self, targets: Array, decision: Decision) -> str | None:
        true = decision.chosen(targets)
        defined = true.any(axis=0) & ~true.all(axis=0)
        return None if defined.all() else "at least one label is in no sample or in all samples"

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        result = areas(outputs, targets, decision)
        binary = len(result) == 2 and not decision.multilabel
        return float(result[1] if binary else np.mean(result))


def areas(outputs: Array, targets: Array, decision: Decision) -> Array:
    """Return the area under the curve of each label versus rest (labels,), nan if undefined.

    By ranks (Mann and Whitney 1947): (R − p (p + 1) / 2) / (p n), where R is the sum of the ranks
    of the p samples with the label, and n samples are without it.
    """
    scores, true = decision.scores(outputs), decision.chosen(targets)
    return np.array([_area(scores[:, label], true[:, label]) for label in range(true.shape[1])])


def _area(scores: Array, true: Array) -> float:
    positive = int(true.sum())
    negative = len(true) - positive
    if not positive or not negative:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[true].sum() - positive * (positive + 1) / 2) / (positive * negative))
