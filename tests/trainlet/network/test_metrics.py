from __future__ import annotations

import numpy as np
import pytest

from trainlet.network import (
    BinaryCrossEntropy,
    Dense,
    MeanSquaredError,
    Network,
    Sigmoid,
    Tanh,
    Values,
    accuracy,
    evaluate,
)


def test_accuracy_of_several_units_compares_the_largest() -> None:
    outputs = np.array([[0.2, 0.7, 0.1], [0.9, 0.3, 0.2], [0.1, 0.2, 0.3]])
    targets = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1]])
    assert accuracy(outputs, targets) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("threshold", "expected"), [(0.5, 0.75), (0.0, 0.5)])
def test_accuracy_of_one_unit_compares_sides(threshold: float, expected: float) -> None:
    outputs = np.array([[0.4], [0.6], [-0.2], [0.4]])
    targets = (
        np.array([[0.0], [1.0], [-1.0], [1.0]])
        if threshold
        else np.array([[-1.0], [1], [-1], [-1]])
    )
    assert accuracy(outputs, targets, threshold) == pytest.approx(expected)


@pytest.mark.parametrize("count", [1, 255, 256, 257, 600])
def test_a_loss_over_blocks_is_the_mean_over_all_samples(count: int) -> None:
    network = Network((Dense(1, weight_initializer=Values(((2.0,),))),), (1,), "float64")
    inputs = np.arange(count, dtype=float)[:, None]
    found = evaluate(network, network.initial(0), inputs, np.zeros((count, 1)), MeanSquaredError())
    assert found == {"loss": pytest.approx(np.mean((2 * inputs) ** 2))}


def test_tanh_answers_yes_above_zero() -> None:
    network = Network((Dense(1, Tanh(), weight_initializer=Values(((1.0,),))),), (1,), "float64")
    inputs, targets = np.array([[0.2], [-0.2]]), np.array([[1.0], [-1.0]])
    found = evaluate(
        network, network.initial(0), inputs, targets, MeanSquaredError(), classification=True
    )
    assert found["accuracy"] == 1.0


def test_a_loss_that_takes_the_activation_over_tells_the_accuracy_of_the_outputs() -> None:
    network = Network((Dense(1, Sigmoid(), weight_initializer=Values(((1.0,),))),), (1,))
    inputs = np.array([[0.2], [-0.2]], np.float32)
    targets = np.array([[1.0], [0.0]], np.float32)
    found = evaluate(
        network, network.initial(0), inputs, targets, BinaryCrossEntropy(), classification=True
    )
    assert found["accuracy"] == 1.0
