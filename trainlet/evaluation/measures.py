"""Loss and metrics of an evaluation."""

from __future__ import annotations

from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.spec import default_loss, default_metrics
from trainlet.store import Model


def measures(model: Model) -> tuple[Loss, tuple[Metric, ...]]:
    """Return loss and metrics: the spec's if they fit the output, else by task."""
    activation, task = model.network.output_activation, model.preprocessing.encoding.task
    usual, by_task = default_loss(task, activation), default_metrics(task)
    if model.spec is None:
        return usual, by_task
    loss, metrics = model.spec.training.loss, model.spec.training.metrics
    if isinstance(loss, str) or (loss.takes_over and not isinstance(activation, loss.takes_over)):
        loss = usual
    if isinstance(metrics, str) or any(task not in metric.tasks for metric in metrics):
        metrics = by_task
    return loss, metrics
