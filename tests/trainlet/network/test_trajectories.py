"""Complete training runs in float64 against PyTorch's trajectories for the same specs.

tests/golden/ contains the cases and the program that created the trajectories. Its README.md
explains how differing definitions of PyTorch were made equal. A new class fails here until it has a
case there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.golden.cases import BATCH, EPOCHS, SAMPLES, STEPS, Case
from tests.golden.layer_cases import LAYER_CASES
from tests.golden.learning_cases import LEARNING_CASES
from tests.golden.trajectories import Trajectory, read
from trainlet.config import Configuration, fields, from_json
from trainlet.network import Data, Network, State, Training, first_state, train
from trainlet.network.activations import Activation
from trainlet.network.arrays import Array
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Optimizer
from trainlet.network.regularizers import Regularizer
from trainlet.network.schedules import Schedule

CASES = LAYER_CASES | LEARNING_CASES


@pytest.mark.parametrize("name", CASES)
def test_training_equals_pytorch(name: str) -> None:
    golden = read(name, CASES[name])
    actual = 0.0
    for state, network in trained(CASES[name], golden):
        if state.step in (0, *STEPS):
            expected = golden.parameters[(0, *STEPS).index(state.step)]
            for array, numbers in by_name(network, expected).items():
                assert network.arrays(state.parameters)[array] == near(numbers), state.step
        if state.step:
            last = state.position or SAMPLES
            actual += golden.losses[state.step - 1] * (last % BATCH or BATCH)
            summed = state.loss_sum or state.history["loss"][-1] * SAMPLES
            assert summed == near(actual), state.step
            actual = 0.0 if last == SAMPLES else actual


@pytest.mark.parametrize("family", [Layer, Activation, Loss, Optimizer, Schedule, Regularizer])
def test_everything_registered_has_a_trajectory(family: Any) -> None:
    used = {type(value) for case in CASES.values() for value in configurations(case)}
    assert set(family.kinds.values()) <= used


def near(numbers: Any) -> Any:
    """1e-9 of each number, or of a hundredth where it is smaller than that."""
    return pytest.approx(numbers, rel=1e-9, abs=1e-11)


def trained(case: Case, golden: Trajectory) -> Iterator[tuple[State, Network]]:
    """Train from PyTorch's first values, one step at a time; hand out the state after each."""
    layers = tuple(from_json(Layer, spec) for spec in case.layers)
    network = Network(layers, golden.inputs.shape[1:], "float64")
    training = from_json(Training, case.training)
    state = first_state(network, training)
    state.parameters[...] = network.flat(by_name(network, golden.parameters[0]))
    state.generator = np.random.Generator(np.random.PCG64(case.masks))
    run = train(network, Data(golden.inputs, golden.targets), training, state)
    yield next(run), network
    for _ in range(EPOCHS * -(-SAMPLES // BATCH) - 1):
        yield run.send(1), network
    with pytest.raises(StopIteration):
        run.send(1)
    yield state, network


def by_name(network: Network, row: Array) -> dict[str, Array]:
    """Cut one row of numbers into the network's arrays, which lie in it by name."""
    arrays, start = network.arrays(network.initial(0)), 0
    for array in arrays.values():
        array[...] = row[start : start + array.size].reshape(array.shape)
        start += array.size
    assert start == row.size
    return arrays


def configurations(case: Case) -> Iterator[Configuration]:
    """Everything in the case that has a kind."""
    waiting: list[Any] = [from_json(Layer, spec) for spec in case.layers]
    waiting.append(from_json(Training, case.training))
    while waiting:
        value = waiting.pop()
        if isinstance(value, Configuration):
            yield value
            waiting += [getattr(value, field.name) for field in fields(type(value))]
