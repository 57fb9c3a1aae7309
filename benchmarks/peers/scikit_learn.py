"""Scikit-learn's MLPClassifier with one partial_fit per epoch.

It has neither the squared error with a sigmoid nor a decaying learning rate. For W1 to W3 it trains
with binary cross-entropy and a constant rate, which is as much work.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.workloads import Weights, Workload


def nearest(workload: Workload) -> Workload | None:
    if workload.filters:
        return None
    loss = "binary_cross_entropy" if workload.loss == "mse" else workload.loss
    return replace(workload, loss=loss, falls=False)


class ScikitLearn:
    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        self._inputs, targets = workload.data()
        several = targets.shape[1] > 1
        self._labels = targets.argmax(axis=1) if several else targets[:, 0].astype(int)
        self._model = MLPClassifier(
            workload.units[1:-1],
            activation={"sigmoid": "logistic", "relu": "relu"}[workload.hidden],
            solver=workload.optimizer,
            alpha=0,
            batch_size=workload.batch,
            learning_rate_init=workload.rate,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=shuffle,
            random_state=0,
        )
        self._start(workload.first_weights())

    def _start(self, first: Weights) -> None:
        """Let it create its arrays and optimizer in one epoch, then reset both."""
        model = self._model
        model.partial_fit(self._inputs, self._labels, classes=np.unique(self._labels))
        for weight, bias, (start, offset) in zip(
            model.coefs_, model.intercepts_, first, strict=True
        ):
            weight[...], bias[...] = start, offset
        own = model._optimizer
        own.t = 0
        for kept in ("velocities", "ms", "vs"):
            for array in getattr(own, kept, []):
                array[...] = 0
        model.loss_curve_.clear()

    def epoch(self) -> float:
        self._model.partial_fit(self._inputs, self._labels)
        return float(self._model.loss_)

    def weights(self) -> Weights:
        model = self._model
        return [(w.copy(), b.copy()) for w, b in zip(model.coefs_, model.intercepts_, strict=True)]
