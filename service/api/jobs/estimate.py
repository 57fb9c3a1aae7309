"""Rehearsing: how long a job would train and what memory it would take, from real steps.

The steps are those of the job's own network, on stand-ins for its samples: nothing is loaded.
All of it takes at most about SECONDS of one core, one request at a time, and stands back between
steps, so that other requests are hardly slowed.
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
"""Steps are taken so long; the ends of two epochs follow."""

STEP_SECONDS = 0.012
"""A step that may take longer is taken with fewer samples, and what more take is worked out."""

MAX_STEP_SECONDS = 0.05
"""A network of which one sample may take longer is not rehearsed: its steps are only counted."""

MULTIPLICATIONS_PER_SECOND = 2e10
"""Multiplications a second that any machine reaches; forward and backward take three a weight."""

NUMBERS_PER_SECOND = 5e8
"""Numbers a second that any machine reads, changes and writes."""

STAND_IN_BYTES, BATCHES = 2**20, 64
"""Bytes of the stand-ins and how many mini-batches they fill, whichever is less."""

VALIDATED = 256
CHUNK_SECONDS, BREAK_SECONDS = 0.001, 0.0005
"""Seconds of stepping after which there is a break for others, and how long it is."""

ARRAYS_PER_LAYER = 4

VIEWS_BYTES = 700
"""What Python takes for the views of one mini-batch."""


@dataclass(frozen=True)
class Estimate:
    """What came of it; `steps` is how many were taken, 0 where seconds are only counted."""

    seconds: float
    steps: int
    parameter_bytes: int
    buffer_bytes: int


def estimate(spec: JobSpec, description: Description, done: int = 0) -> Estimate:
    """Rehearse a resolved spec without faults, of whose epochs `done` are trained already."""
    network = network_of(spec, description)
    rows, validated, _ = spec.dataset.split.counts(description.rows)
    batch = min(spec.training.batch_size, rows)
    epochs = (spec.training.epochs - done) * spec.repeats
    steps = epochs * ceil(rows / batch)
    update, sample = _update(network, spec), _sample(network, description)
    held = spec.repeats * _kept_bytes(network, spec)
    if update + sample > MAX_STEP_SECONDS:
        counted = steps * (update + batch * sample)
        return Estimate(counted, 0, held, spec.repeats * batch * _buffers(network))
    least = network.least_batch
    size = min(batch, max(least, int((STEP_SECONDS - update) / sample)))
    actual = min(validated, VALIDATED, max(1, int(STEP_SECONDS / sample)))
    full = _measure(spec, description, network, size, actual)
    step = full.step
    if size < batch:
        half = _measure(spec, description, network, max(least, ceil(size / 2)), 0)
        more = max(full.step - half.step, full.step / 4) / max(size // 2, 1)
        step += more * (batch - size)
    epoch = full.epoch * max(1.0, validated / max(actual, 1))
    seconds = steps * step + epochs * epoch
    buffers = full.batch_bytes * batch // size + full.constant_bytes
    buffers += VIEWS_BYTES * _cut(network, batch, ceil(rows / batch))
    return Estimate(seconds, full.steps, held, spec.repeats * buffers)


@dataclass(frozen=True)
class _Measured:
    """Seconds of a step and of what comes once an epoch."""

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
        raise ConflictError(f"the steps of a rehearsal came to no numbers: {error}") from None
    step = sum(laps[len(laps) // 2 :]) / len(laps[len(laps) // 2 :])
    later = max(0.0, ends[1] - step)
    return _Measured(step, later, len(laps), run.batch_bytes, run.constant_bytes)


def _timed_steps(run: StepTimer) -> list[float]:
    """Take steps for SECONDS; the time of this thread alone that each took."""
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
    """The processor's time: what others do on this core meanwhile does not count."""
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
    """Seconds that a sample may take, from above."""
    numbers = len(description.columns) + sum(prod(shape) for shape in network.shapes)
    return 3 * multiplications(network) / MULTIPLICATIONS_PER_SECOND + numbers / NUMBERS_PER_SECOND


def _update(network: Network, spec: JobSpec) -> float:
    """Seconds that the update of a step may take, from above."""
    return (2 + spec.training.optimizer.slots) * network.trainable_count / NUMBERS_PER_SECOND


def _cut(network: Network, batch: int, batches: int) -> int:
    """How many mini-batches the gathered samples are cut into."""
    numbers = prod(network.input_shape) + prod(network.output_shape)
    row = numbers * np.dtype(network.dtype).itemsize
    return min(batches, max(1, CHUNK_BYTES // (row * batch)))


def _kept_bytes(network: Network, spec: JobSpec) -> int:
    """Bytes of parameters, gradient, what the optimizer remembers and the best so far."""
    early = spec.training.early_stopping
    best = early is not None and early.restore_best_weights
    count = network.trainable_count * (1 + spec.training.optimizer.slots)
    return (count + network.parameter_count * (1 + best)) * np.dtype(network.dtype).itemsize


def _buffers(network: Network) -> int:
    """Bytes for one sample in a network that is not rehearsed, from above."""
    numbers = ARRAYS_PER_LAYER * sum(prod(shape) for shape in network.shapes)
    return numbers * np.dtype(network.dtype).itemsize
