"""Checks of the training configuration against the data."""

from __future__ import annotations

from collections.abc import Iterator

from trainlet.datasets import Description
from trainlet.errors import FieldError
from trainlet.network.arrays import Shape
from trainlet.network.metrics import Metric
from trainlet.network.optimizers import Sgd
from trainlet.network.schedules import WarmupSchedule
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.resolve import label_count, metrics_of, task_of


def training_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    """Yield the errors of class weights, metrics and stopping rules."""
    yield from (error.under("training") for error in _watch_errors(job, description))
    yield from (error.under("training") for error in _metric_errors(job, description))
    yield from (error.under("training") for error in _class_weight_errors(job, description))
    yield from (error.under("training") for error in _optimizer_errors(job, description))
    yield from _repeats_errors(job)


def _watch_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    validation = job.dataset.split.counts(description.rows)[1] > 0
    yield from job.training.misfits(validation, metrics_of(job, description))


def _metric_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    task, labels = task_of(job, description), label_count(description)
    fitting = [kind for kind, other in Metric.kinds.items() if task in other.tasks]
    expected = f"one of {', '.join(fitting)}"
    names: set[str] = set()
    for index, metric in enumerate(metrics_of(job, description)):
        if task not in metric.tasks:
            detail = f"must be {expected}, because {metric.kind} is not defined for {task}"
            yield FieldError(("metrics", index), metric.kind, expected, detail)
        elif error := metric.error(labels, task):
            yield error.under("metrics", index)
        elif metric.name in names:
            other = "metrics of different names"
            detail = f"must be {other}; {metric.name} occurs twice"
            yield FieldError(("metrics", index), metric.kind, other, detail)
        names.add(metric.name)


def _class_weight_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    weights = job.training.class_weights
    if weights is None:
        return
    if task_of(job, description) != "classification":
        yield FieldError(
            ("class_weights",),
            weights,
            "null",
            "must be null, because class weights need a classification task",
        )
        return
    labels = label_count(description)
    if isinstance(weights, tuple) and len(weights) != labels:
        expected = f"{labels} weights, one per label in order"
        detail = f"must be {expected}, not {len(weights)}"
        yield FieldError(("class_weights",), list(weights), expected, detail)


def _optimizer_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    """Yield the errors of Nesterov without momentum, and of a warmup longer than the run."""
    optimizer = job.training.optimizer
    if isinstance(optimizer, Sgd) and optimizer.nesterov and not optimizer.momentum:
        expected = "false without momentum"
        yield FieldError(("optimizer", "nesterov"), "true", expected, f"must be {expected}")
    schedule = optimizer.schedule
    steps = job.training.steps(max(job.dataset.split.counts(description.rows)[0], 1))
    if isinstance(schedule, WarmupSchedule) and schedule.warmup_steps > steps:
        expected = f"at most {steps}, the steps of the whole run"
        path = ("optimizer", "schedule", "warmup_steps")
        yield FieldError(path, schedule.warmup_steps, expected, f"must be {expected}")


def _repeats_errors(job: JobSpec) -> Iterator[FieldError]:
    """Yield the error of repeats with a start state or snapshots."""
    if job.repeats > 1 and (job.start_from is not None or job.training.record.keeps):
        expected = "1 for a job with start_from or snapshots"
        yield FieldError(("repeats",), job.repeats, expected, f"must be {expected}")


def batch_errors(
    job: JobSpec, description: Description, shapes: list[Shape]
) -> Iterator[FieldError]:
    """Yield an error for each layer that needs larger mini-batches."""
    samples = job.dataset.split.counts(description.rows)[0]
    result = job.training.batch_errors(samples, job.architecture.layers, shapes)
    yield from (error.under("training") for error in result)
