"""Updates against the same formulas in plain Python, number by number."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from trainlet.network import Adam, LinearSchedule, Optimizer, Sgd, Tape, replay

GRADIENTS = [[0.5, -1.0, 0.0], [0.25, 3.0, 1e-6], [-2.0, 0.1, 0.0]]
STEPS = 3


def updated(optimizer: Optimizer) -> list[float]:
    w, g = np.array([1.0, 2.0, 3.0]), np.zeros(3)
    tape = Tape(np.dtype("float64"), 1, {})
    cells = optimizer.record(tape, w, g, np.zeros((optimizer.slots, 3)))
    for step, gradient in enumerate(GRADIENTS):
        for cell, number in zip(cells, optimizer.coefficients(step, STEPS), strict=True):
            cell[...] = number
        g[:] = gradient
        replay(tape.calls)
    return [float(value) for value in w]


def test_sgd() -> None:
    expected = [
        w - 0.1 * sum(column)
        for w, column in zip((1, 2, 3), zip(*GRADIENTS, strict=True), strict=True)
    ]
    assert updated(Sgd(0.1)) == pytest.approx(expected, rel=1e-14)


def test_sgd_with_a_falling_rate() -> None:
    w = [1.0, 2.0, 3.0]
    for step, gradient in enumerate(GRADIENTS):
        rate = 0.3 * (1 - step / 3) + 0.03 * step / 3
        w = [value - rate * slope for value, slope in zip(w, gradient, strict=True)]
    assert updated(Sgd(0.3, LinearSchedule(0.03))) == pytest.approx(w, rel=1e-14)


def test_adam() -> None:
    expected = []
    for start, column in zip((1.0, 2.0, 3.0), zip(*GRADIENTS, strict=True), strict=True):
        w, m, v = start, 0.0, 0.0
        for t, g in enumerate(column, start=1):
            m = 0.8 * m + 0.2 * g
            v = 0.95 * v + 0.05 * g * g
            w -= 0.01 * (m / (1 - 0.8**t)) / (sqrt(v / (1 - 0.95**t)) + 1e-4)
        expected.append(w)
    assert updated(Adam(0.01, beta_1=0.8, beta_2=0.95, epsilon=1e-4)) == pytest.approx(
        expected, rel=1e-13
    )
