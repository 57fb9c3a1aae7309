"""Values of the losses, computed by hand from their definitions."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from trainlet.network import Tape, replay
from trainlet.network.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)


def value(loss: Loss, y: list[list[float]], target: list[list[float]]) -> float:
    """Both are samples × outputs, as users write them."""
    tape = Tape(np.dtype("float64"), len(y), {})
    outputs, targets = (
        tape.buffer("y", np.shape(np.transpose(y))),
        tape.data("t", np.shape(np.transpose(y))),
    )
    outputs[...], targets[...] = np.transpose(y), np.transpose(target)
    next(loss.record(tape, outputs, targets))
    with np.errstate(over="ignore"):
        replay(tape.calls)
    return float(tape.buffers["loss"])


Y, T = [[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]], [[0.0, 2.0], [1.0, 1.0], [3.0, 0.0]]


def test_mse_is_the_mean_over_samples_and_outputs() -> None:
    assert value(MeanSquaredError(), Y, T) == pytest.approx((1 + 0 + 1 + 4 + 0 + 0.25) / 6)


def test_mse_of_images_is_the_mean_over_their_numbers() -> None:
    tape = Tape(np.dtype("float64"), 5, {})
    y, target = tape.buffer("y", (2, 3, 4, 5)), tape.data("t", (2, 3, 4, 5))
    next(MeanSquaredError().record(tape, y, target))
    y[0] = 4
    replay(tape.calls)
    assert float(tape.buffers["loss"]) == pytest.approx(16 / 2)


def test_half_squared_error_sums_over_outputs() -> None:
    assert value(HalfSquaredError(), Y, T) == pytest.approx((1 + 0 + 1 + 4 + 0 + 0.25) / 2 / 3)


def test_binary_cross_entropy_sums_over_outputs() -> None:
    z, t = [[0.3, -2.0], [1.5, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
    a = [[1 / (1 + exp(-v)) for v in row] for row in z]
    terms = [
        -t[i][j] * log(a[i][j]) - (1 - t[i][j]) * log(1 - a[i][j])
        for i in range(2)
        for j in range(2)
    ]
    assert value(BinaryCrossEntropy(), z, t) == pytest.approx(sum(terms) / 2)


def test_categorical_cross_entropy() -> None:
    z, t = [[0.3, -2.0, 1.0], [1.5, 0.0, 2.0]], [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    total = 0.0
    for row, target in zip(z, t, strict=True):
        weights = [exp(v) for v in row]
        total -= sum(t * log(w / sum(weights)) for t, w in zip(target, weights, strict=True))
    assert value(CategoricalCrossEntropy(), z, t) == pytest.approx(total / 2)


@pytest.mark.parametrize(
    ("loss", "z", "expected"),
    [
        (BinaryCrossEntropy(), [[1000.0]], 1000.0),
        (BinaryCrossEntropy(), [[-1000.0]], 0.0),
        (CategoricalCrossEntropy(), [[1000.0, -1000.0]], 2000.0),
    ],
)
def test_saturated_outputs_give_the_exact_loss(
    loss: Loss, z: list[list[float]], expected: float
) -> None:
    target = [[0.0, 1.0][2 - len(z[0]) :]] if len(z[0]) == 2 else [[0.0]]
    assert value(loss, z, target) == pytest.approx(expected)
