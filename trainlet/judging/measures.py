"""Measures: the loss and the metrics that a model is judged by."""

from __future__ import annotations

from trainlet.network import (
    R2,
    AbsoluteError,
    Accuracy,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
    Metric,
    Sigmoid,
    Softmax,
)
from trainlet.store import Model


def measures(model: Model) -> tuple[Loss, tuple[Metric, ...]]:
    """Loss and metrics: those of the spec where they work with the output, else by task."""
    activation, classifies = model.network.output_activation, model.preparation.labels is not None
    by_task: tuple[Metric, ...] = (Accuracy(),) if classifies else (AbsoluteError(), R2())
    usual: Loss = MeanSquaredError()
    if classifies and isinstance(activation, Sigmoid):
        usual = BinaryCrossEntropy()
    if classifies and isinstance(activation, Softmax):
        usual = CategoricalCrossEntropy()
    if model.spec is None:
        return usual, by_task
    loss, metrics = model.spec.training.loss, model.spec.training.metrics
    if isinstance(loss, str) or (loss.takes_over and not isinstance(activation, loss.takes_over)):
        loss = usual
    if isinstance(metrics, str) or any(one.classifies != classifies for one in metrics):
        metrics = by_task
    return loss, metrics
