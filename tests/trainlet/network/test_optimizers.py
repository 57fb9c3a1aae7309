"""Updates against the same formulas in plain Python, number by number.

Each formula below is a function of one parameter's gradients and rates. A new optimizer fails here
until it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network import Data, Network, Tape, Training, fit, replay
from trainlet.network.layers import Dense
from trainlet.network.losses import MeanSquaredError
from trainlet.network.optimizers import Adagrad, Adam, AdamW, Optimizer, RmsProp, Sgd
from trainlet.network.schedules import CosineSchedule, LinearSchedule

FIRST = [1.0, -2.0, 3.0]
GRADIENTS = [[0.5, -1.0, 0.0], [0.25, 3.0, 1e-6], [-2.0, 0.1, 0.0], [0.125, -0.2, 7.0]]
STEPS = len(GRADIENTS)

Steps = Iterable[tuple[float, float]]
"""The gradient and the learning rate of each step."""


def sgd(w: float, steps: Steps) -> float:
    for g, rate in steps:
        w -= rate * g
    return w


def momentum(w: float, steps: Steps) -> float:
    v = 0.0
    for g, rate in steps:
        v = 0.9 * v - rate * g
        w += v
    return w


def nesterov(w: float, steps: Steps) -> float:
    v = 0.0
    for g, rate in steps:
        v = 0.8 * v - rate * g
        w += 0.8 * v - rate * g
    return w


def adagrad(w: float, steps: Steps) -> float:
    v = 0.0
    for g, rate in steps:
        v += g * g
        w -= rate * g / (sqrt(v) + 1e-3)
    return w


def rmsprop(w: float, steps: Steps) -> float:
    v = 0.0
    for g, rate in steps:
        v = 0.7 * v + 0.3 * g * g
        w -= rate * g / (sqrt(v) + 1e-3)
    return w


def adam(w: float, steps: Steps, decay: float = 0.0) -> float:
    m, v = 0.0, 0.0
    for t, (g, rate) in enumerate(steps, start=1):
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g * g
        w -= rate * decay * w
        w -= rate * (m / (1 - 0.8**t)) / (sqrt(v / (1 - 0.95**t)) + 1e-4)
    return w


def adamw(w: float, steps: Steps) -> float:
    return adam(w, steps, decay=0.3)


CONSTANT, LINEAR, COSINE = Sgd(0.3).schedule, LinearSchedule(0.03), CosineSchedule(0.01)

EXAMPLES: list[tuple[Optimizer, Callable[[float, Steps], float]]] = [
    example
    for schedule in (CONSTANT, LINEAR, COSINE)
    for example in (
        (Sgd(0.3, schedule), sgd),
        (Sgd(0.3, schedule, momentum=0.9), momentum),
        (Sgd(0.3, schedule, momentum=0.8, nesterov=True), nesterov),
        (Sgd(0.3, schedule, nesterov=True), sgd),
        (Adagrad(0.3, schedule, epsilon=1e-3), adagrad),
        (RmsProp(0.3, schedule, rho=0.7, epsilon=1e-3), rmsprop),
        (Adam(0.3, schedule, beta_1=0.8, beta_2=0.95, epsilon=1e-4), adam),
        (AdamW(0.3, schedule, 0.8, 0.95, 1e-4, weight_decay=0.3), adamw),
        (AdamW(0.3, schedule, 0.8, 0.95, 1e-4, weight_decay=0.0), adam),
    )
]


def updated(optimizer: Optimizer, scale: float = 1.0) -> list[float]:
    w, g = np.array(FIRST), np.zeros(3)
    tape = Tape(np.dtype("float64"), 1, {})
    cells = optimizer.record(tape, w, g, np.zeros((optimizer.slots, 3)))
    for step, gradient in enumerate(GRADIENTS):
        for cell, number in zip(cells, optimizer.coefficients(step, STEPS, scale), strict=True):
            cell[...] = number
        g[:] = gradient
        replay(tape.calls)
    return [float(value) for value in w]


@pytest.mark.parametrize("scale", [1.0, 0.25])
@pytest.mark.parametrize(("optimizer", "formula"), EXAMPLES)
def test_every_number_follows_the_formula(
    optimizer: Optimizer, formula: Callable[[float, Steps], float], scale: float
) -> None:
    rates = [scale * optimizer.schedule.rate(0.3, step, STEPS) for step in range(STEPS)]
    expected = [
        formula(w, zip(grads, rates, strict=True))
        for w, grads in zip(FIRST, zip(*GRADIENTS, strict=True), strict=True)
    ]
    assert updated(optimizer, scale) == pytest.approx(expected, rel=1e-12)


def test_every_registered_optimizer_has_a_formula() -> None:
    assert {type(optimizer) for optimizer, _ in EXAMPLES} == set(Optimizer.kinds.values())


def test_each_example_ends_elsewhere() -> None:
    """No formula could be taken for another's."""
    ends = {tuple(updated(optimizer)) for optimizer, _ in EXAMPLES}
    same_as_another = 2 * len((CONSTANT, LINEAR, COSINE))
    assert len(ends) == len(EXAMPLES) - same_as_another


def test_a_gradient_of_zero_moves_nothing() -> None:
    for optimizer, _ in EXAMPLES:
        w, g = np.array(FIRST), np.zeros(3)
        tape = Tape(np.dtype("float64"), 1, {})
        cells = optimizer.record(tape, w, g, np.zeros((optimizer.slots, 3)))
        for cell, number in zip(cells, optimizer.coefficients(0, STEPS, 1.0), strict=True):
            cell[...] = number
        replay(tape.calls)
        kept = 1 - 0.3 * getattr(optimizer, "weight_decay", 0.0)
        assert [float(value) for value in w] == pytest.approx([kept * value for value in FIRST])


@pytest.mark.parametrize("rule", [Adagrad, RmsProp, Adam, AdamW])
def test_epsilon_is_well_above_the_roots_that_are_set_to_0(rule: type[Adam]) -> None:
    """In float32 these are below 2**-43: √(2**-126 · 2**40), 2**-126 being the smallest normal."""
    assert rule(epsilon=2.0**-40).error("float32") is None
    below = rule(epsilon=0.99 * 2.0**-40)
    error = below.error("float32")
    assert error is not None
    assert error.detail == "must be at least 9.09495e-13 in float32, where smaller roots count as 0"
    assert below.error("float64") is None
    rows = Data(np.ones((2, 1), np.float32), np.ones((2, 1), np.float32))
    training = Training(1, loss=MeanSquaredError(), optimizer=below, metrics=())
    with pytest.raises(ValidationError, match="#/optimizer/epsilon"):
        fit(Network((Dense(1),), (1,), "float32"), rows, training)
