"""Training: stochastic gradient descent on mini-batches, as a generator of states."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Annotated, Literal

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.errors import Diverged
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.optimizers import Adam, Optimizer
from trainlet.network.planning import Learning, Plan, plan
from trainlet.network.state import State, first_state
from trainlet.network.tape import Array, replay, turn

CHUNK_BYTES = 1 << 20
"""Samples are gathered in chunks of about this many bytes, not one mini-batch at a time."""


@dataclass(frozen=True)
class Training(Configuration):
    """How to train: how long, in which batches, towards what and by which rule."""

    epochs: Annotated[int, Range(min=1, max=1_000_000), "Passes over the training samples."]
    batch_size: Annotated[int, Range(min=1, max=65_536), "Samples per step."] = 32
    loss: Annotated[
        Loss | Literal["auto"], "What to make small; auto: by task and output activation."
    ] = "auto"
    optimizer: Annotated[Optimizer, "How a gradient changes the parameters."] = Adam()
    shuffle: Annotated[bool, "Whether each epoch has an order of its own."] = True
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of first values and orders."] = 0


Batch = tuple[Plan, Array, Array]
"""A mini-batch: the plan for its size, its inputs and its targets, samples last."""


@dataclass(frozen=True)
class Data:
    """Prepared samples: inputs (samples, *input_shape), targets (samples, *output_shape)."""

    inputs: Array
    targets: Array


def order(training: Training, epoch: int, samples: int) -> Array:
    """Tell the order of an epoch's samples: from the seed and the number of the epoch alone."""
    if not training.shuffle:
        return np.arange(samples)
    return np.random.default_rng([training.seed, epoch]).permutation(samples)


def total_steps(training: Training, samples: int) -> int:
    """Count the mini-batches of the whole run."""
    return training.epochs * ceil(samples / training.batch_size)


def train(
    network: Network, data: Data, training: Training, state: State
) -> Generator[State, int, None]:
    """Train on from `state`, changing it in place.

    The first `next` hands out the state as it is. Each `send(n)` trains n more steps and hands
    it out again; StopIteration tells the end. However the run is cut, and whether it is left and
    taken up from a stored state or not, the arithmetic is the same. The loss of an epoch is the
    mean over its samples of their losses at the time each was seen, summed in float64.

    Raises Diverged at the first step whose loss is not finite, or at the end of an epoch in
    which a parameter stopped being so.
    """
    run = _Run(network, data, training, state)
    budget = yield state
    with np.errstate(all="ignore"):
        while state.epoch < training.epochs:
            for batch in run.batches():
                if not budget:
                    budget = yield state
                run.step(*batch)
                budget -= 1
            run.finish_epoch()


def fit(network: Network, data: Data, training: Training) -> State:
    """Train from the first values to the end and hand out the last state."""
    state = first_state(network, training.optimizer, training.seed)
    run = train(network, data, training, state)
    next(run)
    with suppress(StopIteration):
        run.send(total_steps(training, len(data.inputs)) + 1)
    return state


class _Run:
    """What the steps of one run share: plans for the full and the last batch, room for a chunk."""

    def __init__(self, network: Network, data: Data, training: Training, state: State) -> None:
        if isinstance(training.loss, str):
            raise TypeError("the loss must be resolved before training")
        self.network, self.data, self.training, self.state = network, data, training, state
        self._loss = training.loss
        self.samples = len(data.inputs)
        self.steps = total_steps(training, self.samples)
        gradient = np.zeros(network.trainable_count, network.dtype)
        self._learning = Learning(training.optimizer, gradient, state.slots, state.generator)
        self._plans: dict[int, Plan] = {}
        size = min(training.batch_size, self.samples)
        row_bytes = (data.inputs[0].nbytes + data.targets[0].nbytes) or 1
        self.chunk = size * max(1, min(CHUNK_BYTES // (row_bytes * size), self.samples // size))
        self._inputs = np.empty((self.chunk, *network.input_shape), network.dtype)
        self._targets = np.empty((self.chunk, *network.output_shape), network.dtype)
        self._cut: dict[int, list[Batch]] = {}

    def batches(self) -> Iterator[Batch]:
        """Gather the rest of the epoch, chunk by chunk, and hand out its batches."""
        rows = order(self.training, self.state.epoch, self.samples)
        for start in range(self.state.position, self.samples, self.chunk):
            chosen = rows[start : start + self.chunk]
            # With mode="raise" numpy would gather into a copy of `out` first.
            np.take(self.data.inputs, chosen, 0, self._inputs[: len(chosen)], "clip")
            np.take(self.data.targets, chosen, 0, self._targets[: len(chosen)], "clip")
            yield from self.cut(len(chosen))

    def cut(self, length: int) -> list[Batch]:
        """Cut the chunk's first `length` samples into batches, once for all epochs."""
        if length not in self._cut:
            size = self.training.batch_size
            slices = [slice(i, min(i + size, length)) for i in range(0, length, size)]
            self._cut[length] = [
                (
                    self.plan(batch.stop - batch.start),
                    turn(self._inputs[batch]),
                    turn(self._targets[batch]),
                )
                for batch in slices
            ]
        return self._cut[length]

    def plan(self, samples: int) -> Plan:
        if samples not in self._plans:
            self._plans[samples] = plan(
                self.network, self.state.parameters, samples, self._loss, self._learning
            )
        return self._plans[samples]

    def step(self, own: Plan, inputs: Array, targets: Array) -> None:
        state = self.state
        np.copyto(own.inputs, inputs)
        np.copyto(own.targets, targets)
        coefficients = self.training.optimizer.coefficients(state.step, self.steps)
        for cell, value in zip(own.coefficients, coefficients, strict=True):
            cell[...] = value
        replay(own.forward)
        loss = own.loss.item()
        if not isfinite(loss):
            raise self._diverged(own)
        replay(own.learn)
        samples = inputs.shape[-1]
        state.loss_sum += loss * samples
        state.position += samples
        state.step += 1

    def finish_epoch(self) -> None:
        state = self.state
        if not np.isfinite(state.parameters).all():
            raise self._diverged(next(iter(self._plans.values())))
        state.history["loss"].append(state.loss_sum / self.samples)
        state.epoch, state.position, state.loss_sum = state.epoch + 1, 0, 0.0

    def _diverged(self, own: Plan) -> Diverged:
        layer = _first_not_finite(self.network, self.state.parameters, own)
        return Diverged(
            epoch=self.state.epoch, step=self.state.step, layer=layer, hint=self._hint()
        )

    def _hint(self) -> str:
        rate = self.training.optimizer.learning_rate
        return f"lower training/optimizer/learning_rate, now {rate:g}, or standardize the inputs"


def _first_not_finite(network: Network, parameters: Array, own: Plan) -> int | None:
    """Find the first layer, in the order of computing, that holds a number that is not finite."""
    arrays = {**network.views(parameters), **own.tape.buffers}
    found = {name.split(".")[0] for name, array in arrays.items() if not np.isfinite(array).all()}
    return min((int(scope) for scope in found if scope.isdecimal()), default=None)
