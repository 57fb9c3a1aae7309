"""Mini-batches: shuffled order, gathered samples and their plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from trainlet.errors import FieldError
from trainlet.network.arrays import Allocate, Array
from trainlet.network.blocks import block_size
from trainlet.network.class_weights import sample_weights
from trainlet.network.decision import Decision
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.rows import RowSource, gather
from trainlet.network.tape import turn
from trainlet.network.training import Training
from trainlet.network.updates import Learning

CHUNK_BYTES = 1 << 17
"""Size in bytes of the chunks of samples that are gathered at once; a chunk stays in the cache
until it is used."""

MANY_SAMPLES = 1 << 20
"""Number of samples from which the order is stored in 4-byte integers; the order is the same."""


@dataclass(frozen=True)
class Data:
    """Preprocessed samples: inputs (samples, *input_shape), targets (samples, *output_shape).

    Inputs may be a row source, whose rows are loaded when they are gathered. Targets multiplied by
    `scale` (units,) have the units of the metrics; None: they already have. `decision` is the
    rule from outputs to labels; None: the network's.
    """

    inputs: Array | RowSource
    targets: Array
    scale: Array | None = None
    decision: Decision | None = None

    def misfits(self, network: Network, loss: Loss) -> Iterator[FieldError]:
        """Yield the errors of training a network on these samples."""
        shapes = {"inputs": network.input_shape, "targets": network.output_shape}
        for name, shape in shapes.items():
            actual = tuple(getattr(self, name).shape)
            if actual[1:] != shape or not actual[0]:
                allowed = f"an array of at least one sample of shape {list(shape)}"
                detail = f"must be {allowed}; its shape is {list(actual)}"
                yield FieldError((name,), list(actual), allowed, detail)
        counts = [len(self.inputs), len(self.targets)]
        if counts[0] != counts[1]:
            allowed = f"{counts[0]} samples, as many as the inputs"
            yield FieldError(
                ("targets",), counts[1], allowed, f"must be {allowed}, not {counts[1]}"
            )
        if not len(self.targets) or self.targets.shape[1:] != network.output_shape:
            return
        refused = loss.target_error(self.targets)
        if refused is not None:
            yield refused


Block = tuple[Plan, tuple[tuple[Array, Array], ...]]
"""A plan for some samples, and the pairs of arrays to copy into it."""


@dataclass(frozen=True)
class Batch:
    """A mini-batch in one or more blocks."""

    samples: int
    blocks: tuple[Block, ...]


class Batches:
    """Plans for full and last mini-batches, and a buffer for a chunk of shuffled samples."""

    def __init__(
        self,
        network: Network,
        parameters: Array,
        data: Data,
        training: Training,
        loss: Loss,
        learning: Learning,
        allocate: Allocate = np.zeros,
    ) -> None:
        self.samples = len(data.inputs)
        self.plans: dict[tuple[int, int], Plan] = {}
        self._network, self._parameters, self._training = network, parameters, training
        self._loss, self._learning = loss, learning
        self._sources: list[Array | RowSource] = [data.inputs, data.targets]
        if training.class_weights is not None:
            decision = network.decision if data.decision is None else data.decision
            weights = sample_weights(training.class_weights, data.targets, decision)
            self._sources.append(weights.astype(network.dtype)[:, None])
        self._chunk = _chunk(self._sources, min(training.batch_size, self.samples))
        self._allocate = allocate
        self._room = [allocate((self._chunk, *s.shape[1:]), network.dtype) for s in self._sources]
        self._cut: dict[int, list[Batch]] = {}

    @property
    def bytes(self) -> int:
        """Size of the chunk's buffer in bytes."""
        return sum(room.nbytes for room in self._room)

    def of(self, epoch: int, position: int) -> Iterator[Batch]:
        """Gather an epoch from a position, chunk by chunk, and yield its mini-batches."""
        rows = order(self._training, epoch, self.samples)
        for start in range(position, self.samples, self._chunk):
            chosen = rows[start : start + self._chunk]
            for source, room in zip(self._sources, self._room, strict=True):
                gather(source, chosen, room[: len(chosen)])
            yield from self._batches_of(len(chosen))

    def _batches_of(self, length: int) -> list[Batch]:
        """Divide the chunk's first `length` samples into mini-batches, once for all epochs."""
        if length not in self._cut:
            size = self._training.batch_size
            places = [(first, min(first + size, length)) for first in range(0, length, size)]
            blocks = {
                samples: block_size(self._network, samples)
                for samples in {end - first for first, end in places}
            }
            self._cut[length] = [
                self._batch(first, end, blocks[end - first]) for first, end in places
            ]
        return self._cut[length]

    def _batch(self, first: int, end: int, size: int) -> Batch:
        starts = range(first, end, size)
        blocks = (self._block(slice(at, min(at + size, end)), end - first) for at in starts)
        return Batch(end - first, tuple(blocks))

    def _block(self, block: slice, batch: int) -> Block:
        own = self._plan(block.stop - block.start, batch)
        targets = (own.inputs, own.targets, own.weights)
        views = [turn(room[block]) for room in self._room]
        wanted = [target for target in targets if target is not None]
        return own, tuple(zip(wanted, views, strict=True))

    def _plan(self, samples: int, batch: int) -> Plan:
        if (samples, batch) not in self.plans:
            self.plans[samples, batch] = plan(
                self._network,
                self._parameters,
                samples,
                self._loss,
                self._learning,
                weighted=self._training.class_weights is not None,
                batch=batch,
                allocate=self._allocate,
            )
        return self.plans[samples, batch]


def order(training: Training, epoch: int, samples: int) -> Array:
    """Return the order of an epoch's samples, which depends only on the seed and the epoch."""
    if not training.shuffle:
        return np.arange(samples)
    rows = samples if samples < MANY_SAMPLES else np.arange(samples, dtype=np.uint32)
    return np.random.default_rng([training.seed, epoch]).permutation(rows)


def _chunk(sources: list[Array | RowSource], size: int) -> int:
    """Return the number of samples per chunk of about CHUNK_BYTES, a multiple of `size`."""
    row_bytes = sum(prod(source.shape[1:]) * source.dtype.itemsize for source in sources)
    return size * max(1, min(CHUNK_BYTES // (row_bytes * size), len(sources[0]) // size))
