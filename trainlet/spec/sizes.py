"""Size limits of jobs."""

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
"""Maximum number of arrays per layer and mini-batch: z, a, gradient and scratch memory."""


@dataclass(frozen=True)
class Limits:
    """Maximum sizes of a job; the setting of each is TRAINLET_MAX_ and its name in capitals.

    `work` limits epochs × training samples × parameters × repeats, `inline_values` the numbers
    and labels in a spec, `memory_bytes` an upper estimate of the memory of the samples and one
    mini-batch.
    """

    parameters: int
    work: float
    inline_values: int
    memory_bytes: int = 2 * 1024**3


def size_errors(
    job: JobSpec, description: Description, shapes: list[Shape], limits: Limits
) -> Iterator[FieldError]:
    """Yield the limits that a job exceeds; `shapes` are the input shape and the output shapes."""
    parameters = _parameters(job, shapes)
    if parameters > limits.parameters:
        expected = f"at most {limits.parameters} parameters (setting TRAINLET_MAX_PARAMETERS)"
        detail = f"must have {expected}, not {parameters}"
        yield FieldError(("architecture", "layers"), parameters, expected, detail)
    yield from _work_errors(job, description, parameters, limits)
    yield from _memory_errors(job, description, shapes, limits)


def inline_errors(job: JobSpec, description: Description, limits: Limits) -> Iterator[FieldError]:
    """Yield the error of too many values in the spec."""
    values = description.rows * (len(description.columns) + description.target_columns)
    if isinstance(job.dataset.source, Inline) and values > limits.inline_values:
        expected = f"at most {limits.inline_values} values (setting TRAINLET_MAX_INLINE_VALUES)"
        detail = f"must contain {expected}, not {values}"
        yield FieldError(("dataset", "source"), values, expected, detail)


def sample_bytes(job: JobSpec, description: Description) -> tuple[int, int]:
    """Estimate the bytes of samples: the peak during preprocessing, and afterwards.

    The peak consists of all raw rows, a copy of the training rows, twice their inputs and 1.5
    times their targets, in 8-byte numbers. Afterwards there are the inputs and targets of all
    sets. For a mapped file there are only the targets.
    """
    rows, training = description.rows, _training_samples(job, description)
    network = network_of(job, description)
    inputs, outputs = prod(network.input_shape), prod(network.output_shape)
    read = description.target_columns
    if stays_in_file(description):
        inputs = 0
    else:
        read += len(description.columns)
    prepared = read * (rows + training) + 2 * inputs * training + 3 * outputs * training // 2
    return NUMBER_BYTES * prepared, np.dtype(network.dtype).itemsize * rows * (inputs + outputs)


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
        detail = f"must be {expected}; {actual} is {work:g}"
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
        detail = f"must need {expected}; the samples need {samples} bytes and a mini-batch {batch}"
        path = ("training", "batch_size") if batch > samples else ("dataset", "source")
        yield FieldError(path, samples + batch, expected, detail)
