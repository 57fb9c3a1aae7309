"""Initial states from the state or the weights of another run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trainlet.network.arrays import Array
from trainlet.network.network import Network
from trainlet.network.patience import Patience
from trainlet.network.state import State, first_state
from trainlet.network.training import Training


def fork(
    arrays: Mapping[str, Array], counters: Mapping[str, Any], network: Network, training: Training
) -> State:
    """Return an initial state from a snapshot at the end of an epoch.

    The network must have the same arrays, and the optimizer the same slots. The patience of early
    stopping restarts if the other run had finished or stored no best parameters.
    """
    state = State.restore(arrays, counters)
    early = training.early_stopping
    keeps = early is not None and early.restore_best_weights
    if state.end is not None or state.best.size != (state.parameters.size if keeps else 0):
        best = state.parameters.copy() if keeps else state.parameters[:0]
        state = replace(state, end=None, best=best, stopping=Patience())
    return state


def with_weights(parameters: Array, network: Network, training: Training) -> State:
    """Return an initial state with the given parameters (parameter_count,)."""
    state = first_state(network, training)
    state.parameters[...] = parameters
    if state.best.size:
        state.best[...] = parameters
    return state
