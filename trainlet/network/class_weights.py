"""Sample weights from class weights."""

from __future__ import annotations

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.decision import Decision


def sample_weights(
    class_weights: tuple[float, ...] | str, targets: Array, decision: Decision
) -> Array:
    """Return each sample's weight from its label; targets are (samples, units).

    Targets are one-hot or of one unit. Balanced weights are n / (k nⱼ), with n samples, k labels
    that occur in them, and nⱼ samples of label j (King and Zeng 2001; scikit-learn's
    `compute_class_weight`).
    """
    labels = decision.positions(targets)
    if isinstance(class_weights, tuple):
        by_label = np.array(class_weights)
    else:
        counts = np.bincount(labels, minlength=decision.labels(targets.shape[1]))
        by_label = len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return np.asarray(by_label[labels])
