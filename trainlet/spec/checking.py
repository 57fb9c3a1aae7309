"""The faults that need more than one field: one pure function that finds them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import prod

from trainlet.datasets import Description, Inline
from trainlet.errors import Fault, Invalid
from trainlet.network.arrays import Shape
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.learning import batch_faults, training_faults
from trainlet.spec.resolving import network_of
from trainlet.spec.targets import loss_faults, target_faults


@dataclass(frozen=True)
class Limits:
    """How large a job may be; the settings MAX_PARAMETERS, MAX_WORK and MAX_INLINE_VALUES say it.

    `work` bounds epochs × training samples × parameters.
    """

    parameters: int
    work: float
    inline_values: int


def check(job: JobSpec, description: Description, limits: Limits) -> list[Fault]:
    """Find everything wrong with a job whose fields are each right, given what its source holds.

    Paths start at the root of the spec. An empty list means that the job can be trained.
    """
    shapes = _shapes(job, description)
    complete = len(shapes) > len(job.architecture.layers)
    preparation = job.dataset.preparation.faults(description.columns)
    split = job.dataset.split.fault(description.rows)
    return [
        *_shape_faults(job, description),
        *(target_faults(job, description, shapes[-1]) if complete else ()),
        *loss_faults(job, description),
        *training_faults(job, description),
        *(fault.under("dataset", "preparation") for fault in preparation),
        *([] if split is None else [split.under("dataset", "split")]),
        *(batch_faults(job, description, shapes) if complete else ()),
        *(_size_faults(job, description, shapes, limits) if complete else ()),
        *_inline_faults(job, description, limits),
    ]


def _shapes(job: JobSpec, description: Description) -> list[Shape]:
    """The shapes of a sample before and behind each layer, as far as they fit each other."""
    shapes: list[Shape] = [(len(job.dataset.preparation.features_of(description.columns)),)]
    with suppress(Invalid):
        for layer in job.architecture.layers:
            shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def _shape_faults(job: JobSpec, description: Description) -> list[Fault]:
    try:
        network_of(job, description)
    except Invalid as error:
        return [fault.under("architecture") for fault in error.faults]
    return []


def _size_faults(
    job: JobSpec, description: Description, shapes: list[Shape], limits: Limits
) -> Iterator[Fault]:
    layers = job.architecture.layers
    parameters = sum(
        prod(declaration.shape)
        for layer, entering in zip(layers, shapes, strict=False)
        for declaration in layer.declare(entering)
    )
    if parameters > limits.parameters:
        words = f"at most {limits.parameters} parameters (setting TRAINLET_MAX_PARAMETERS)"
        detail = f"the layers have {parameters} parameters; this service trains {words}"
        yield Fault(("architecture", "layers"), parameters, words, detail)
    samples = max(job.dataset.split.counts(description.rows)[0], 0)
    work = job.training.epochs * samples * parameters
    if work > limits.work:
        words = (
            f"at most {limits.work:g} for epochs × training samples × parameters"
            " (setting TRAINLET_MAX_WORK)"
        )
        epochs = job.training.epochs
        detail = f"{epochs} × {samples} × {parameters} is {work:g}; this service takes {words}"
        yield Fault(("training", "epochs"), epochs, words, detail)


def _inline_faults(job: JobSpec, description: Description, limits: Limits) -> Iterator[Fault]:
    values = description.rows * (len(description.columns) + description.target_columns)
    if isinstance(job.dataset.source, Inline) and values > limits.inline_values:
        words = f"at most {limits.inline_values} values (setting TRAINLET_MAX_INLINE_VALUES)"
        detail = f"inputs and targets hold {values} values; a spec may hold {words}"
        yield Fault(("dataset", "source"), values, words, detail)
