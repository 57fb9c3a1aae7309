"""Resolution of a spec with its data: task, loss, metrics, encoding and network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from trainlet.datasets import Description, Read, TargetEncoding, Task, categories, described
from trainlet.datasets.target_encoding import several_labels
from trainlet.errors import FieldError, ValidationError
from trainlet.network import Network, network
from trainlet.network.activations import Activation, Sigmoid, Softmax, Tanh
from trainlet.network.arrays import Shape
from trainlet.network.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
)
from trainlet.network.metrics import F1, R2, AbsoluteError, Accuracy, Metric
from trainlet.spec.job_spec import Dataset, JobSpec
from trainlet.spec.overflows import overflow_errors

CROSS_ENTROPIES = (BinaryCrossEntropy, CategoricalCrossEntropy)


def describe(job: JobSpec, read: Read) -> Description:
    """Describe the columns of the source that the job's preprocessing selects.

    Raises ValidationError, with a path from the root, if the source is not stored or the columns
    cannot be selected.
    """
    with _under("dataset"):
        description = describe_dataset(job.dataset, read)
        regression = task_of(job, description) == "regression"
        overflows = overflow_errors(
            job.dataset, job.architecture.dtype, description, read, regression=regression
        )
        description = replace(description, overflows=tuple(overflows))
        if description.target_columns < 2 or task_of(job, description) != "classification":
            return description
        table = job.dataset.preprocessing.table(job.dataset.source.load(read))
        targets = np.asarray(table.targets, np.float64)
        several = several_labels(targets)
        refused = loss_of(job, description).target_error(targets)
        return replace(description, refused=several.under("targets") if several else refused)


def describe_dataset(dataset: Dataset, read: Read) -> Description:
    """Describe the columns of the source that the preprocessing selects.

    Raises ValidationError like `describe`.
    """
    with _under("source"):
        whole = dataset.source.describe(read)
    with _under("preprocessing"):
        description = dataset.preprocessing.choose(whole)
    counted = dataset.preprocessing.drops(whole) or dataset.split.stratify
    partial = dataset.split.keeps and any(d.column.categories for d in description.details)
    if not (counted or partial):
        return description
    table = dataset.source.load(read)
    if counted:
        table = dataset.preprocessing.table(table)
        if not len(table.inputs):
            expected = "error or mean, or data with at least one complete row"
            detail = f"must be {expected}; each of the {whole.rows} rows lacks a value"
            raise ValidationError(
                [FieldError(("preprocessing", "missing"), "drop", expected, detail)]
            )
        description = described(description, table)
    if partial and dataset.split.error(description.rows) is None:
        splits = dataset.split.apply(description.rows, table.targets)
        description = categories.described_by(description, table, splits.training)
    return description


@contextmanager
def _under(field: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise ValidationError(field_error.under(field) for field_error in error.errors) from None


def resolve(job: JobSpec, description: Description) -> JobSpec:
    """Return the job with every `auto` resolved."""
    dataset = replace(job.dataset, task=task_of(job, description))
    training = replace(
        job.training, loss=loss_of(job, description), metrics=metrics_of(job, description)
    )
    return replace(job, dataset=dataset, training=training)


def task_of(job: JobSpec, description: Description) -> Task:
    """Return the task: the spec's, else the source's, else by the loss."""
    if job.dataset.task != "auto":
        return job.dataset.task
    if description.task is not None:
        return description.task
    loss = job.training.loss
    if isinstance(loss, BinaryCrossEntropy) and description.target_columns > 1:
        return "classification" if description.not_binary else "multilabel"
    return "classification" if isinstance(loss, CROSS_ENTROPIES) else "regression"


def loss_of(job: JobSpec, description: Description) -> Loss:
    """Return the loss: the spec's, else by task and output activation."""
    if not isinstance(job.training.loss, str):
        return job.training.loss
    return default_loss(task_of(job, description), range_activation(job, description))


def default_loss(task: Task, activation: Activation | None) -> Loss:
    """Return the loss for a task and an output activation."""
    if task != "regression" and isinstance(activation, Sigmoid):
        return BinaryCrossEntropy()
    if task == "classification" and isinstance(activation, Softmax):
        return CategoricalCrossEntropy()
    return MeanSquaredError()


def metrics_of(job: JobSpec, description: Description) -> tuple[Metric, ...]:
    """Return the metrics: the spec's, else by task, with averages resolved."""
    task, metrics = task_of(job, description), job.training.metrics
    chosen = default_metrics(task) if isinstance(metrics, str) else metrics
    labels = label_count(description)
    return tuple(metric.resolved(labels, task) for metric in chosen)


def default_metrics(task: Task) -> tuple[Metric, ...]:
    """Return the metrics for a task."""
    if task == "regression":
        return AbsoluteError(), R2()
    return (Accuracy(), F1("macro")) if task == "multilabel" else (Accuracy(),)


def label_count(description: Description) -> int:
    """Return the number of labels: those of one column, else one per column."""
    if description.target_columns > 1:
        return description.target_columns
    return len(description.labels or ())


def encoding_of(job: JobSpec, description: Description) -> TargetEncoding:
    """Return the target encoding by the output layer, for a valid job."""
    task = task_of(job, description)
    if task == "regression":
        return TargetEncoding("as_given")
    if task == "multilabel":
        names = job.dataset.preprocessing.selection.target
        return TargetEncoding("multilabel", names or tuple(range(description.target_columns)))
    if description.target_columns > 1:
        return TargetEncoding("as_given", tuple(range(description.target_columns)))
    encoding = job.dataset.preprocessing.target_encoding
    if encoding != "auto":
        return TargetEncoding(encoding, description.labels)
    if network_of(job, description).output_shape != (1,):
        return TargetEncoding("one_hot", description.labels)
    tanh = isinstance(range_activation(job, description), Tanh)
    return TargetEncoding("plus_minus_one" if tanh else "zero_one", description.labels)


def network_of(job: JobSpec, description: Description) -> Network:
    """Return the network. Raises ValidationError with paths such as `layers/2`."""
    shape = job.dataset.preprocessing.shape(description.encoded)
    return Network(job.architecture.layers, shape, job.architecture.dtype)


def shapes_of(job: JobSpec, description: Description) -> list[Shape]:
    """Return the input shape and each layer's output shape, up to the first invalid layer."""
    shapes: list[Shape] = [job.dataset.preprocessing.shape(description.encoded)]
    with suppress(ValidationError):
        for layer in job.architecture.layers:
            shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def output_activation(job: JobSpec, description: Description) -> Activation | None:
    """Return the activation of the outputs; that of the last layer if layers do not fit."""
    layers, shapes = job.architecture.layers, shapes_of(job, description)
    if len(shapes) > len(layers):
        return network.output_activation(layers, shapes[1:])
    activation: Activation | None = getattr(layers[-1], "activation", None)
    return activation


def range_activation(job: JobSpec, description: Description) -> Activation | None:
    """Return the activation that bounds the outputs; that of the outputs if layers do not fit."""
    layers, shapes = job.architecture.layers, shapes_of(job, description)
    if len(shapes) > len(layers):
        return network.range_activation(layers, shapes[1:])
    return output_activation(job, description)
