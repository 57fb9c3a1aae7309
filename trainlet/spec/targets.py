"""Checks of the targets against output layer, task and loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trainlet.datasets import Description, Inline
from trainlet.datasets.columns import EXACT_INTEGERS
from trainlet.errors import FieldError
from trainlet.network.activations import Activation, Sigmoid, Softmax, Tanh
from trainlet.network.arrays import Shape
from trainlet.network.losses import Loss
from trainlet.network.network import output_layer
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.resolve import (
    CROSS_ENTROPIES,
    loss_of,
    output_activation,
    range_activation,
    task_of,
)

Path = tuple[str | int, ...]

TASK = ("dataset", "task")
SOURCE = ("dataset", "source")
LOSS = ("training", "loss")


def target_errors(job: JobSpec, description: Description, output: Shape) -> Iterator[FieldError]:
    """Yield the errors of targets for a network of this output shape."""
    task = task_of(job, description)
    if task == "classification":
        yield from _label_errors(job, description, output)
    elif task == "multilabel":
        yield from _multilabel_errors(job, description, output)
    else:
        yield from _value_errors(job, description, output)
    if isinstance(output_activation(job, description), Softmax) and output == (1,):
        expected = _kinds(Activation, without=Softmax)
        path = _last_layer(job, "activation")
        yield FieldError(
            path,
            "softmax",
            expected,
            f"must be {expected}, because softmax of one unit is always 1",
        )


def loss_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    """Yield the errors of the loss for task, targets and output activation."""
    loss, activation = loss_of(job, description), output_activation(job, description)
    if loss.takes_over is not None and not isinstance(activation, loss.takes_over):
        fitting = [
            kind
            for kind, other in Loss.kinds.items()
            if other.takes_over is None or isinstance(activation, other.takes_over)
        ]
        needed = loss.takes_over.kind
        actual = "none" if activation is None else activation.kind
        detail = f"{loss.kind} needs {needed} as the activation of the last layer, not {actual}"
        if isinstance(range_activation(job, description), loss.takes_over):
            last = output_layer(job.architecture.layers)
            kind = job.architecture.layers[last].kind
            detail = f"{loss.kind} needs {needed} in the last layer, but {kind} follows it"
            detail = f"{detail} (layer {last}): move that layer, or set another loss, such as mse"
        yield FieldError(LOSS, loss.kind, f"one of {', '.join(fitting)}", detail)
    if isinstance(loss, CROSS_ENTROPIES) and task_of(job, description) == "regression":
        expected = ", ".join(kind for kind, other in Loss.kinds.items() if other.takes_over is None)
        yield FieldError(
            LOSS, loss.kind, f"one of {expected}", f"must be one of {expected} for regression"
        )
    if description.refused is not None:
        path = description.refused.path if isinstance(job.dataset.source, Inline) else ()
        detail = f"row {description.refused.path[-1]} of the targets {description.refused.detail}"
        yield replace(description.refused, path=(*SOURCE, *path), detail=detail)


def _label_errors(job: JobSpec, description: Description, output: Shape) -> Iterator[FieldError]:
    labels, columns = description.labels, description.target_columns
    if columns > 1:
        if output != (columns,):
            detail = f"rows of {columns} targets need {columns} units in the last layer"
            yield _units_error(job, output, f"{columns}", detail)
    elif labels is None:
        expected = "auto or regression"
        detail = f"must be {expected}, because the targets have more than 1000 distinct values"
        yield FieldError(TASK, job.dataset.task, expected, detail)
    elif any(isinstance(label, float) and abs(label) >= EXACT_INTEGERS for label in labels):
        label = max(labels, key=lambda each: abs(float(each)))
        expected = "labels of less than 2**53, or strings"
        detail = f"must be {expected}; larger numbers such as {label} are rounded"
        yield FieldError(SOURCE, label, expected, detail)
    elif len(labels) < 2:
        expected = "targets of at least 2 labels"
        detail = f"must be {expected}, but every target is {labels[0]}"
        yield FieldError(SOURCE, labels[0], expected, detail)
    elif output != (len(labels),) and (output != (1,) or len(labels) != 2):
        expected = "1 or 2" if len(labels) == 2 else f"{len(labels)}"
        detail = f"{len(labels)} labels need {expected} units in the last layer"
        yield _units_error(job, output, expected, detail)
    else:
        yield from _encoding_errors(job, description, output)


def _multilabel_errors(
    job: JobSpec, description: Description, output: Shape
) -> Iterator[FieldError]:
    columns, activation = description.target_columns, range_activation(job, description)
    if columns < 2:
        expected = "auto or classification"
        detail = f"must be {expected}; multilabel needs at least 2 target columns"
        yield FieldError(TASK, job.dataset.task, expected, detail)
        return
    if description.not_binary is not None:
        path, value = description.not_binary
        detail = "must be 0 or 1, because the task is multilabel"
        yield FieldError(_target_path(job, path), value, "0 or 1", detail)
    if not isinstance(activation, Sigmoid):
        actual = "none" if activation is None else activation.kind
        detail = "must be sigmoid for multilabel; for one label per row set task classification"
        yield FieldError(_last_layer(job, "activation"), actual, "sigmoid", detail)
    if output != (columns,):
        detail = f"{columns} target columns need {columns} units in the last layer"
        yield _units_error(job, output, f"{columns}", detail)
    yield from _unencoded_errors(job)


def _unencoded_errors(job: JobSpec) -> Iterator[FieldError]:
    """Yield the error of a target encoding for numeric targets."""
    encoding = job.dataset.preprocessing.target_encoding
    if encoding != "auto":
        path = ("dataset", "preprocessing", "target_encoding")
        yield FieldError(
            path, encoding, "auto", "must be auto, because regression targets are not encoded"
        )


def _target_path(job: JobSpec, path: Path) -> Path:
    """Return the path from the root of an error in inline targets."""
    named = job.dataset.preprocessing.target is not None
    return ("dataset", *path) if named or isinstance(job.dataset.source, Inline) else SOURCE


def _encoding_errors(job: JobSpec, description: Description, output: Shape) -> Iterator[FieldError]:
    """Yield the error of a target encoding that does not fit the output layer."""
    encoding = job.dataset.preprocessing.target_encoding
    tanh = isinstance(range_activation(job, description), Tanh)
    fitting = "one_hot" if output != (1,) else "plus_minus_one" if tanh else "zero_one"
    if encoding not in ("auto", fitting):
        expected = f"auto or {fitting}"
        detail = f"must be {expected}, because the output layer uses {fitting}"
        yield FieldError(
            ("dataset", "preprocessing", "target_encoding"), encoding, expected, detail
        )


def stratify_errors(job: JobSpec, description: Description) -> Iterator[FieldError]:
    """Yield the error of stratification without labels or with too few rows per label."""
    split = job.dataset.split
    if not split.stratify:
        return
    path = ("dataset", "split", "stratify")
    if task_of(job, description) != "classification" or description.target_columns > 1:
        yield FieldError(
            path, "true", "false", "must be false unless there is a single column of labels"
        )
        return
    parts = sum(count > 0 for count in split.counts(description.rows))
    if description.fewest is not None and description.fewest < parts:
        expected = f"false, or at least {parts} rows of each label, one per set"
        detail = f"must be {expected}; the rarest label has {description.fewest} row"
        yield FieldError(path, "true", expected, detail)


def _value_errors(job: JobSpec, description: Description, output: Shape) -> Iterator[FieldError]:
    columns = description.target_columns
    if not description.numeric:
        expected = "auto or classification"
        detail = f"must be {expected}, because regression needs numeric targets"
        yield FieldError(TASK, job.dataset.task, expected, detail)
    elif job.dataset.preprocessing.target_encoding != "auto":
        yield from _unencoded_errors(job)
    elif output != (columns,):
        several = f"rows of {columns} targets need {columns} units"
        needed = "one target per sample needs 1 unit" if columns == 1 else several
        yield _units_error(job, output, f"{columns}", f"{needed} in the last layer")


def _units_error(job: JobSpec, output: Shape, allowed: str, detail: str) -> FieldError:
    actual = output[0] if len(output) == 1 else list(output)
    return FieldError(_last_layer(job, "units"), actual, allowed, f"{detail}, not {actual}")


def _last_layer(job: JobSpec, name: str) -> tuple[str | int, ...]:
    """Return the path of a field of the output layer, or of the layer if it lacks the field."""
    last = output_layer(job.architecture.layers)
    field = (name,) if hasattr(job.architecture.layers[last], name) else ()
    return ("architecture", "layers", last, *field)


def _kinds(family: type[Activation], without: type[Activation]) -> str:
    return f"one of {', '.join(kind for kind, cls in family.kinds.items() if cls is not without)}"
