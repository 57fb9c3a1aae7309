"""The training loop: stochastic gradient descent on mini-batches, as a generator of states."""

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
    """Train on from `state`, changing it in place.

    The first `next` hands out the state as it is. Each `send(n)` trains n more steps and hands
    it out again; StopIteration tells the end. However the run is cut, and whether it is left and
    taken up from a stored state or not, the arithmetic is the same. The loss of an epoch is the
    mean over its samples of their losses at the time each was seen, summed in float64; after it
    `validation` is evaluated with the parameters as they are then.

    Raises DivergenceError at the first step whose loss is not finite, or at the end of an epoch in
    which a parameter stopped being so.
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
    """Train from the first values to the end and hand out the last state."""
    state = first_state(network, training)
    run = train(network, data, training, state, validation)
    next(run)
    with suppress(StopIteration):
        run.send(training.steps(len(data.inputs)) + 1)
    return state
