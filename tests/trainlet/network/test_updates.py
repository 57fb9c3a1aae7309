"""Optimizer state of dead units decays to 0 without subnormal numbers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from trainlet.network import Data, Network, State, Training, first_state, train
from trainlet.network.activations import Relu
from trainlet.network.layers import Dense
from trainlet.network.losses import MeanSquaredError
from trainlet.network.optimizers import Adam, Optimizer, RmsProp, Sgd
from trainlet.network.updates import settle

NETWORK = Network((Dense(4, Relu()), Dense(1)), (2,), "float32")
FIRST = NETWORK.layout[0]


def dying(optimizer: Optimizer, steps: int) -> State:
    """Train some, kill all units of the first layer, and train on for so many steps."""
    generator = np.random.default_rng(1)
    inputs = generator.uniform(0, 1, (8, 2)).astype(np.float32)
    targets = inputs.sum(axis=1, keepdims=True)
    training = Training(epochs=steps, batch_size=8, loss=MeanSquaredError(), optimizer=optimizer)
    state = first_state(NETWORK, training)
    run = train(NETWORK, Data(inputs, targets), training, state)
    next(run)
    run.send(10)
    for name, _, array in FIRST.parts(state.parameters):
        if name == "0.bias":
            array[...] = -100
    with suppress(StopIteration):
        run.send(steps)
    return state


@pytest.mark.parametrize("optimizer", [Adam(), RmsProp(), Sgd(momentum=0.9)])
def test_nothing_decays_to_denormal_numbers(optimizer: Optimizer) -> None:
    state = dying(optimizer, 2000)
    assert (FIRST.view(state.slots[0]) == 0).all()
    small = np.abs(state.slots)
    assert not ((small > 0) & (small < np.finfo(np.float32).tiny)).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_counts_is_left_alone(dtype: Any) -> None:
    tiny = float(np.finfo(dtype).tiny)
    numbers = np.array([[1.0, -1e-20, tiny * 2**41, tiny * 2**39, -tiny, 0.0] * 5000], dtype)
    expected = np.array([[1.0, -1e-20, tiny * 2**41, 0.0, 0.0, 0.0] * 5000], dtype)
    settle(numbers)
    assert (numbers == expected).all()
