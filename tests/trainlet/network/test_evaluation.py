from __future__ import annotations

import numpy as np
import pytest

from trainlet.network import Network, evaluator
from trainlet.network.activations import Sigmoid, Tanh
from trainlet.network.initializers import Values
from trainlet.network.layers import Dense
from trainlet.network.losses import BinaryCrossEntropy, MeanSquaredError
from trainlet.network.metrics import R2, AbsoluteError, Accuracy

ONE = Values(((1.0,),))


@pytest.mark.parametrize("count", [1, 255, 256, 257, 600])
def test_a_loss_over_blocks_is_the_mean_over_all_samples(count: int) -> None:
    network = Network((Dense(1, weight_initializer=Values(((2.0,),))),), (1,), "float64")
    evaluate = evaluator(network, network.initial(0), MeanSquaredError())
    inputs = np.arange(count, dtype=float)[:, None]
    expected = {"loss": pytest.approx(np.mean((2 * inputs) ** 2))}
    assert evaluate(inputs, np.zeros((count, 1))) == expected
    assert evaluate(inputs, np.zeros((count, 1))) == expected


def test_it_sees_the_parameters_as_they_are_at_each_call() -> None:
    network = Network((Dense(1, weight_initializer=ONE),), (1,), "float64")
    parameters = network.initial(0)
    evaluate = evaluator(network, parameters, MeanSquaredError())
    assert evaluate(np.ones((1, 1)), np.zeros((1, 1))) == {"loss": 1.0}
    parameters *= 3
    assert evaluate(np.ones((1, 1)), np.zeros((1, 1))) == {"loss": 9.0}


def test_tanh_responses_yes_above_zero() -> None:
    network = Network((Dense(1, Tanh(), weight_initializer=ONE),), (1,), "float64")
    evaluate = evaluator(network, network.initial(0), MeanSquaredError(), [Accuracy()])
    result = evaluate(np.array([[0.2], [-0.2]]), np.array([[1.0], [-1.0]]))
    assert result["accuracy"] == 1.0


def test_a_loss_that_takes_the_activation_over_reports_the_accuracy_of_the_outputs() -> None:
    network = Network((Dense(1, Sigmoid(), weight_initializer=ONE),), (1,))
    evaluate = evaluator(network, network.initial(0), BinaryCrossEntropy(), [Accuracy()])
    inputs, targets = np.array([[0.2], [-0.2]], np.float32), np.array([[1.0], [0.0]], np.float32)
    assert evaluate(inputs, targets)["accuracy"] == 1.0


def test_metrics_are_reported_in_the_units_of_the_data_and_the_loss_is_not() -> None:
    network = Network((Dense(1, weight_initializer=ONE),), (1,), "float64")
    inputs, targets = np.array([[1.0], [2.0], [5.0]]), np.array([[2.0], [2.0], [2.5]])
    loss, metrics, parameters = MeanSquaredError(), [AbsoluteError(), R2()], network.initial(0)
    plain = evaluator(network, parameters, loss, metrics)(inputs, targets)
    scaled = evaluator(network, parameters, loss, metrics, np.array([100.0]))(inputs, targets)
    assert scaled["mae"] == pytest.approx(100 * plain["mae"])
    assert scaled["loss"] == plain["loss"]
    assert scaled["r2"] == pytest.approx(plain["r2"])
