"""Decision rule from network outputs to labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from trainlet.network.activations import Activation, Tanh
from trainlet.network.arrays import Array


@dataclass(frozen=True)
class Decision:
    """Rule that maps rows of outputs or targets (samples, units) to labels.

    One unit: the second label above the threshold, else the first. Several units: the label of
    the largest output, the first among equal ones. With `multilabel` each unit has its label,
    which is present above the threshold, else absent.
    """

    threshold: float = 0.5
    multilabel: bool = False

    @classmethod
    def of(cls, activation: Activation | None) -> Self:
        """Return the rule for an output activation; the threshold is the center of its range."""
        return cls(0.0 if isinstance(activation, Tanh) else 0.5)

    def labels(self, units: int) -> int:
        """Return the number of labels for a number of units."""
        return 2 if units == 1 and not self.multilabel else units

    def positions(self, rows: Array) -> Array:
        """Return the index of each row's label (samples,)."""
        if rows.shape[1] == 1:
            return np.asarray(rows[:, 0] > self.threshold).astype(np.intp)
        return np.asarray(rows.argmax(axis=1))

    def chosen(self, rows: Array) -> Array:
        """Return each row's labels as booleans (samples, labels)."""
        if self.multilabel:
            return np.asarray(rows > self.threshold)
        labels = np.arange(self.labels(rows.shape[1]))
        return np.asarray(labels == self.positions(rows)[:, np.newaxis])

    def scores(self, rows: Array) -> Array:
        """Return one score per label (samples, labels), larger for the more likely label.

        With one unit, the second label's score is the output a. The first label's score is 1 − a,
        or −a if targets are −1 and 1.
        """
        if rows.shape[1] > 1 or self.multilabel:
            return rows
        return np.hstack([2 * self.threshold - rows, rows])
