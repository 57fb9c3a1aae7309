"""Limits: how large a job may be, told before anything is queued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from trainlet.datasets import Description, Inline, stays_in_file
from trainlet.errors import FieldError
from trainlet.network.arrays import Shape
from trainlet.spec.job_spec import JobSpec
from trainlet.spec.resolve import network_of

NUMBER_BYTES = 8
BUFFERS = 4
"""Arrays that a layer holds for each mini-batch at most: z, a, gradient and one to work in."""


@dataclass(frozen=True)
class Limits:
    """How large a job may be; the setting of each is TRAINLET_MAX_ and its name in capitals.

    `work` bounds epochs × training samples × parameters × repeats, `inline_values` the numbers
    and labels in a spec, `memory_bytes` what the samples and one mini-batch take, by an upper
    estimate.
    """

    parameters: int
    work: float
    inline_values: int
    memory_bytes: int = 2 * 1024**3


def size_errors(
    job: JobSpec, description: Description, shapes: list[Shape], limits: Limits
) -> Iterator[FieldError]:
    """Find what is too large in a job with these shapes of a sample before and behind layers."""
    parameters = _parameters(job, shapes)
    if parameters > limits.parameters:
        expected = f"at most {limits.parameters} parameters (setting TRAINLET_MAX_PARAMETERS)"
        detail = f"the layers have {parameters} parameters; this service trains {expected}"
        yield FieldError(("architecture", "layers"), parameters, expected, detail)
    yield from _work_errors(job, description, parameters, limits)
    yield from _memory_errors(job, description, shapes, limits)


def inline_errors(job: JobSpec, description: Description, limits: Limits) -> Iterator[FieldError]:
    """Find whether the spec itself holds too many values."""
    values = description.rows * (len(description.columns) + description.target_columns)
    if isinstance(job.dataset.source, Inline) and values > limits.inline_values:
        expected = f"at most {limits.inline_values} values (setting TRAINLET_MAX_INLINE_VALUES)"
        detail = f"inputs and targets hold {values} values; a spec may hold {expected}"
        yield FieldError(("dataset", "source"), values, expected, detail)


def sample_bytes(job: JobSpec, description: Description) -> tuple[int, int]:
    """Estimate the bytes of samples: while they are prepared, at the peak, and from then on.

    First there are all rows as they are read and those of the training part once more, twice
    what the network sees of these and one and a half times what it is to answer, in numbers of 8
    bytes; then what it sees of all parts, and their targets. Of a file that stays one there are
    the targets alone.
    """
    rows, training = description.rows, _training_samples(job, description)
    network = network_of(job, description)
    actual, answered = prod(network.input_shape), prod(network.output_shape)
    read = description.target_columns
    if stays_in_file(description):
        actual = 0
    else:
        read += len(description.columns)
    prepared = read * (rows + training) + 2 * actual * training + 3 * answered * training // 2
    return NUMBER_BYTES * prepared, np.dtype(network.dtype).itemsize * rows * (actual + answered)


def _parameters(job: JobSpec, shapes: list[Shape]) -> int:
    return sum(
        prod(declaration.shape)
        for layer, entering in zip(job.architecture.layers, shapes, strict=False)
        for declaration in layer.declare(entering)
    )


def _training_samples(job: JobSpec, description: Description) -> int:
    return max(job.dataset.split.counts(description.rows)[0], 0)


def _work_errors(
    job: JobSpec, description: Description, parameters: int, limits: Limits
) -> Iterator[FieldError]:
    epochs, samples = job.training.epochs, _training_samples(job, description)
    work = epochs * samples * parameters * job.repeats
    if work > limits.work:
        several, times = (" × repeats", f" × {job.repeats}") if job.repeats > 1 else ("", "")
        expected = (
            f"at most {limits.work:g} for epochs × training samples × parameters{several}"
            " (setting TRAINLET_MAX_WORK)"
        )
        actual = f"{epochs} × {samples} × {parameters}{times}"
        detail = f"{actual} is {work:g}; this service takes {expected}"
        yield FieldError(("training", "epochs"), epochs, expected, detail)


def _memory_errors(
    job: JobSpec, description: Description, shapes: list[Shape], limits: Limits
) -> Iterator[FieldError]:
    row = description.target_columns + prod(shapes[-1])
    if not description.mapped:
        row += len(description.columns) + prod(shapes[0])
    samples = NUMBER_BYTES * description.rows * row
    batch = min(job.training.batch_size, _training_samples(job, description))
    batch *= NUMBER_BYTES * BUFFERS * sum(prod(shape) for shape in shapes) * job.repeats
    if samples + batch > limits.memory_bytes:
        expected = f"at most {limits.memory_bytes} bytes (setting TRAINLET_MAX_MEMORY_BYTES)"
        detail = (
            f"the samples take {samples} bytes and a mini-batch {batch};"
            f" this service trains with {expected} for both"
        )
        path = ("training", "batch_size") if batch > samples else ("dataset", "source")
        yield FieldError(path, samples + batch, expected, detail)
