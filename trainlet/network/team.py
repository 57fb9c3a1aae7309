"""Joint steps of several runs of the same training with different seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from trainlet.errors import DivergenceError
from trainlet.network.arrays import Allocate, Array
from trainlet.network.batches import Batch, Data
from trainlet.network.blocks import block_size, sample_bytes
from trainlet.network.network import Network
from trainlet.network.notes import Note
from trainlet.network.operations import Call
from trainlet.network.planning import Plan
from trainlet.network.stacked import Stack, merged, stacked
from trainlet.network.state import State
from trainlet.network.tape import replay
from trainlet.network.trainer import Trainer
from trainlet.network.training import Training

STEP_BYTES = 160 * 1024
"""Maximum size in bytes of one run's parameters and buffers for which joint steps are faster.
Above it the arithmetic takes longer than the calls."""


def gains(network: Network, training: Training, samples: int) -> bool:
    """Return whether joint steps are faster than one run after the other."""
    batch = min(training.batch_size, samples)
    parameters = network.parameter_count * np.dtype(network.dtype).itemsize
    small = parameters + batch * sample_bytes(network) <= STEP_BYTES
    return small and block_size(network, batch) == batch


@dataclass(frozen=True)
class Shared:
    """Calls of one joint step, with the losses and the optimizer's cells."""

    forward: tuple[Call, ...]
    learn: tuple[Call, ...]
    losses: Array
    cells: tuple[Array, ...]


class Team:
    """Runs at the same step, with their states evenly spaced in memory.

    Every run gets the same bits as it would alone.
    """

    def __init__(
        self,
        network: Network,
        data: Data,
        trainings: Sequence[Training],
        states: Sequence[State],
        validation: Data | None,
    ) -> None:
        stack = Stack(len(states))
        self.runs: list[Trainer] = []
        for place, (training, state) in enumerate(zip(trainings, states, strict=True)):
            room = stack.room(place)
            state.parameters = _moved(state.parameters, room)
            state.slots = _moved(state.slots, room)
            self.runs.append(Trainer(network, data, training, state, validation, room))
        self._plans: dict[int, Shared] = {}
        self._shared: dict[int, Shared] = {}

    def batches(self) -> Iterator[tuple[Batch, ...]]:
        """Yield the remaining mini-batches of the epoch, one of each run at a time."""
        own = (run.batches.of(run.state.epoch, run.state.position) for run in self.runs)
        return zip(*own, strict=True)

    def step(self, group: tuple[Batch, ...]) -> dict[int, DivergenceError]:
        """Train one mini-batch in each run; return the errors of those that diverged."""
        if self.runs[0].measures(group[0].samples):
            return self._one_by_one(group)
        key, samples = id(group[0]), group[0].samples
        if key not in self._shared:
            self._shared[key] = self._of(group)
        shared, failed = self._shared[key], {}
        self._set(shared, group)
        replay(shared.forward)
        for place, (run, loss) in enumerate(zip(self.runs, shared.losses.tolist(), strict=True)):
            if isfinite(loss):
                run.count(samples, loss)
            else:
                failed[place] = run.diverged(_plan(group[place]))
        replay(shared.learn)
        for run in self.runs:
            run.settle()
        return failed

    def finish_epoch(self) -> dict[int, DivergenceError]:
        """Finish the epoch in each run; return the errors of those that diverged."""
        failed = {}
        for place, run in enumerate(self.runs):
            try:
                run.finish_epoch()
            except DivergenceError as error:
                failed[place] = error
        return failed

    def _one_by_one(self, group: tuple[Batch, ...]) -> dict[int, DivergenceError]:
        failed = {}
        for place, (run, batch) in enumerate(zip(self.runs, group, strict=True)):
            try:
                run.step(batch)
            except DivergenceError as error:
                failed[place] = error
        return failed

    def _set(self, shared: Shared, group: tuple[Batch, ...]) -> None:
        """Set the optimizers' cells, which differ by run only with a plateau schedule."""
        if self.runs[0].training.optimizer.schedule.patience is None:
            for cell, value in zip(shared.cells, self.runs[0].coefficients, strict=True):
                cell[...] = value
            return
        for run, batch in zip(self.runs, group, strict=True):
            for cell, value in zip(_plan(batch).coefficients, run.coefficients, strict=True):
                cell[...] = value

    def _of(self, group: tuple[Batch, ...]) -> Shared:
        """Return the calls for one mini-batch of each run, starting with copies of its samples."""
        plans = [_plan(batch) for batch in group]
        copies = [
            [Note("", "copy", (source,), target) for target, source in batch.blocks[0][1]]
            for batch in group
        ]
        key = id(plans[0])
        if key not in self._plans:
            forward = len(plans[0].forward)
            losses = stacked([own.loss for own in plans])
            cells = [stacked(cells) for cells in zip(*(p.coefficients for p in plans), strict=True)]
            if losses is None or any(cell is None for cell in cells):
                raise ValueError("the cells of a team must be evenly spaced")
            self._plans[key] = Shared(
                tuple(merged([own.tape.notes[:forward] for own in plans])),
                tuple(merged([own.tape.notes[forward:] for own in plans])),
                losses,
                tuple(cell for cell in cells if cell is not None),
            )
        own = self._plans[key]
        return replace(own, forward=(*merged(copies), *own.forward))


def _plan(batch: Batch) -> Plan:
    return batch.blocks[0][0]


def _moved(array: Array, room: Allocate) -> Array:
    moved = room(array.shape, array.dtype)
    moved[...] = array
    return moved
