"""Precision, recall, F1, support and AUC of each label."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import TargetEncoding
from trainlet.network.metrics import F1, Counts, Precision, Recall, areas

Array = NDArray[Any]


def per_label(
    encoding: TargetEncoding, outputs: Array, targets: Array
) -> list[dict[str, Any]] | None:
    """Return the scores of each label versus rest; None for regression.

    scikit-learn: `precision_recall_fscore_support(average=None, zero_division=0)`, and
    `roc_auc_score` per label, None where it is undefined.
    """
    if encoding.labels is None:
        return None
    counts = Counts.of(outputs, targets, encoding.decision)
    scores = {
        "precision": Precision().per_label(counts),
        "recall": Recall().per_label(counts),
        "f1": F1().per_label(counts),
        "support": counts.support,
        "auc": areas(outputs, targets, encoding.decision),
    }
    rows = [
        {name: _plain(values[place].item()) for name, values in scores.items()}
        for place in range(len(encoding.labels))
    ]
    return [{"label": label} | row for label, row in zip(encoding.labels, rows, strict=True)]


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value
