"""Training loop: mini-batch gradient descent as a generator of states."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress

import numpy as np

from trainlet.network.batches import Data
from trainlet.network.network import Network
from trainlet.network.state import State, first_state
from trainlet.network.trainer import Trainer
from trainlet.network.training import Training


def train(
    network: Network,
    data: Data,
    training: Training,
    state: State,
    validation: Data | None = None,
) -> Generator[State, int, None]:
    """Continue training from `state`, changing it in place.

    The first `next` yields the unchanged state. Each `send(n)` trains n more steps and yields it
    again; StopIteration means that training finished. The arithmetic does not depend on how the
    run is divided, or whether it is resumed from a stored state. The loss of an epoch is the mean
    over its samples, each at the time of its step, summed in float64. After each epoch
    `validation` is evaluated with the current parameters.

    Raises:
        DivergenceError: the loss of a step, or a parameter after an epoch, is not finite.

    """
    run = Trainer(network, data, training, state, validation)
    budget = yield state
    with np.errstate(all="ignore"):
        while state.end is None:
            for batch in run.batches.of(state.epoch, state.position):
                if not budget:
                    budget = yield state
                run.step(batch)
                budget -= 1
            run.finish_epoch()


def fit(network: Network, data: Data, training: Training, validation: Data | None = None) -> State:
    """Train from the initial weights to the end and return the last state."""
    state = first_state(network, training)
    run = train(network, data, training, state, validation)
    next(run)
    with suppress(StopIteration):
        run.send(training.steps(len(data.inputs)) + 1)
    return state
