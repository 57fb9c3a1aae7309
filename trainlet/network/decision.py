"""Decision rule: from the outputs of a network to labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from trainlet.network.activations import Activation, Tanh
from trainlet.network.arrays import Array


@dataclass(frozen=True)
class Decision:
    """Rule by which rows of outputs, or of targets, (samples, units) stand for labels.

    One unit decides between two labels: the second above the threshold, else the first. Several
    units predict the label of the largest output, the first of equal ones. With `multilabel` each
    unit decides about its own label: present above the threshold, else absent.
    """

    threshold: float = 0.5
    multilabel: bool = False

    @classmethod
    def of(cls, activation: Activation | None) -> Self:
        """Return the rule for an output activation: the threshold is halfway in its range."""
        return cls(0.0 if isinstance(activation, Tanh) else 0.5)

    def labels(self, units: int) -> int:
        """Count the labels that so many units decide between."""
        return 2 if units == 1 and not self.multilabel else units

    def positions(self, rows: Array) -> Array:
        """Return the position of each row's one label (samples,)."""
        if rows.shape[1] == 1:
            return np.asarray(rows[:, 0] > self.threshold).astype(np.intp)
        return np.asarray(rows.argmax(axis=1))

    def chosen(self, rows: Array) -> Array:
        """Return which labels each row has, as booleans (samples, labels)."""
        if self.multilabel:
            return np.asarray(rows > self.threshold)
        labels = np.arange(self.labels(rows.shape[1]))
        return np.asarray(labels == self.positions(rows)[:, np.newaxis])

    def scores(self, rows: Array) -> Array:
        """Return one score per label (samples, labels), larger for the likelier label.

        With one unit of output a the second label has a, and the first has 1 − a, or −a where
        targets are −1 and 1.
        """
        if rows.shape[1] > 1 or self.multilabel:
            return rows
        return np.hstack([2 * self.threshold - rows, rows])
