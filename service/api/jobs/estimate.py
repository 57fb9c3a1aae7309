"""Estimates of a job's duration and memory, from timed training steps.

The steps use the job's network on random samples: no data is loaded. An estimate uses at most about
BUDGET_SECONDS of one core, runs one request at a time, and pauses between steps so that other
requests are hardly delayed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, prod

import numpy as np

from trainlet.datasets import Description, stand_in
from trainlet.errors import ConflictError, DivergenceError
from trainlet.network import Data, Network, StepTimer
from trainlet.network.batches import CHUNK_BYTES
from trainlet.network.diagnostics import PROBED
from trainlet.network.inspection import multiplications
from trainlet.spec import JobSpec, encoding_of, network_of

BUDGET_SECONDS = 0.04
"""Time for the steps; the ends of two epochs are timed after them."""

STEP_SECONDS = 0.012
"""Maximum time of a timed step; slower steps are timed with fewer samples and extrapolated."""

MAX_STEP_SECONDS = 0.05
"""Maximum time per sample of a network that is timed; for others, operations are counted."""

MULTIPLICATIONS_PER_SECOND = 2e10
"""Multiplications per second on any machine; forward and backward need three per weight."""

NUMBERS_PER_SECOND = 5e8
"""Numbers per second that any machine reads, updates and writes."""

STAND_IN_BYTES, BATCHES = 2**20, 64
"""Limits of the random samples: bytes and mini-batches; the smaller one applies."""

VALIDATED = 256
CHUNK_SECONDS, BREAK_SECONDS = 0.001, 0.0005
"""Seconds of computation before each break for other threads, and seconds of the break."""

ARRAYS_PER_LAYER = 4

VIEWS_BYTES = 700
"""Bytes of Python objects for the views of one mini-batch."""


@dataclass(frozen=True)
class Estimate:
    """Estimate of a job; `steps` is the number of timed steps, 0 if operations were counted."""

    seconds: float
    steps: int
    parameter_bytes: int
    buffer_bytes: int


def estimate(spec: JobSpec, description: Description, done: int = 0) -> Estimate:
    """Estimate a resolved, valid spec of which `done` epochs are trained already."""
    network = network_of(spec, description)
    rows, validated, _ = spec.dataset.split.counts(description.rows)
    batch = min(spec.training.batch_size, rows)
    epochs = (spec.training.epochs - done) * spec.repeats
    steps = epochs * ceil(rows / batch)
    update, sample = _update(network, spec), _sample(network, description)
    parameter_bytes = spec.repeats * _kept_bytes(network, spec)
    if update + sample > MAX_STEP_SECONDS:
        counted = steps * (update + batch * sample)
        return Estimate(counted, 0, parameter_bytes, spec.repeats * batch * _buffers(network))
    least = network.least_batch
    size = min(batch, max(least, int((STEP_SECONDS - update) / sample)))
    validation_rows = min(validated, VALIDATED, max(1, int(STEP_SECONDS / sample)))
    full = _measure(spec, description, network, size, validation_rows)
    step = full.step
    if size < batch:
        half = _measure(spec, description, network, max(least, ceil(size / 2)), 0)
        more = max(full.step - half.step, full.step / 4) / max(size // 2, 1)
        step += more * (batch - size)
    epoch = full.epoch * max(1.0, validated / max(validation_rows, 1))
    seconds = steps * step + epochs * epoch
    buffers = full.batch_bytes * batch // size + full.constant_bytes
    buffers += VIEWS_BYTES * _cut(network, batch, ceil(rows / batch))
    return Estimate(seconds, full.steps, parameter_bytes, spec.repeats * buffers)


@dataclass(frozen=True)
class _Measured:
    """Seconds per step, and seconds per epoch in addition to its steps."""

    step: float
    epoch: float
    steps: int
    batch_bytes: int
    constant_bytes: int


def _measure(
    spec: JobSpec, description: Description, network: Network, size: int, validated: int
) -> _Measured:
    width = max(len(description.columns), prod(network.input_shape))
    rows = min(max(BATCHES * size, PROBED), STAND_IN_BYTES // (8 * width))
    batches = max(2, rows // size)
    training = replace(spec.training, batch_size=size)
    data = _data(spec, description, network, batches * size)
    validation = _data(spec, description, network, validated) if validated else None
    run = StepTimer(network, data, training, validation)
    try:
        laps = _timed_steps(run)
        ends = [_seconds(run.finish_epoch) for _ in range(2)]
    except DivergenceError as error:
        raise ConflictError(f"the timed steps diverged: {error}") from None
    step = sum(laps[len(laps) // 2 :]) / len(laps[len(laps) // 2 :])
    later = max(0.0, ends[1] - step)
    return _Measured(step, later, len(laps), run.batch_bytes, run.constant_bytes)


def _timed_steps(run: StepTimer) -> list[float]:
    """Run steps for BUDGET_SECONDS; return the thread time of each."""
    steps, since = run.steps(), 0.0
    laps: list[float] = []
    while not laps or sum(laps) < BUDGET_SECONDS:
        laps.append(_seconds(lambda: next(steps)))
        since += laps[-1]
        if since > CHUNK_SECONDS:
            time.sleep(BREAK_SECONDS)
            since = 0.0
    return laps


def _seconds(work: Callable[[], object]) -> float:
    """Measure CPU time of this thread, so that other threads on the core do not count."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _data(spec: JobSpec, description: Description, network: Network, rows: int) -> Data:
    table = stand_in(description, rows, one_hot=spec.dataset.task == "classification")
    preprocessing = spec.dataset.preprocessing.fit(table, encoding_of(spec, description))
    targets = preprocessing.targets(table.targets, network.dtype)
    return Data(
        preprocessing.rows(table.inputs, network.dtype), targets.reshape(-1, *network.output_shape)
    )


def _sample(network: Network, description: Description) -> float:
    """Return an upper bound of the seconds per sample."""
    numbers = len(description.columns) + sum(prod(shape) for shape in network.shapes)
    return 3 * multiplications(network) / MULTIPLICATIONS_PER_SECOND + numbers / NUMBERS_PER_SECOND


def _update(network: Network, spec: JobSpec) -> float:
    """Return an upper bound of the seconds per update."""
    return (2 + spec.training.optimizer.slots) * network.trainable_count / NUMBERS_PER_SECOND


def _cut(network: Network, batch: int, batches: int) -> int:
    """Return the number of mini-batches per gathered block of samples."""
    numbers = prod(network.input_shape) + prod(network.output_shape)
    row = numbers * np.dtype(network.dtype).itemsize
    return min(batches, max(1, CHUNK_BYTES // (row * batch)))


def _kept_bytes(network: Network, spec: JobSpec) -> int:
    """Return the bytes of parameters, gradient, optimizer state and best parameters."""
    early = spec.training.early_stopping
    best = early is not None and early.restore_best_weights
    count = network.trainable_count * (1 + spec.training.optimizer.slots)
    return (count + network.parameter_count * (1 + best)) * np.dtype(network.dtype).itemsize


def _buffers(network: Network) -> int:
    """Return an upper bound of the bytes per sample, for a network that is not timed."""
    numbers = ARRAYS_PER_LAYER * sum(prod(shape) for shape in network.shapes)
    return numbers * np.dtype(network.dtype).itemsize
