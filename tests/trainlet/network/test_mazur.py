"""Mazur, "A Step by Step Backpropagation Example" (2015), and a network that is not square.

After the first step, the post's figures are checked to the last digit. Its figures for the cost
after one and 10,000 steps were computed in single precision. The ones here are the same arithmetic
in double precision, by the plain loops below.
"""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from trainlet.network import (
    Data,
    Network,
    State,
    Training,
    evaluator,
    first_state,
    fit,
    predictor,
    train,
)
from trainlet.network.activations import Sigmoid
from trainlet.network.initializers import Values
from trainlet.network.layers import Dense
from trainlet.network.losses import HalfSquaredError
from trainlet.network.optimizers import Sgd

Rows = list[list[float]]

HIDDEN: Rows = [[0.15, 0.25], [0.20, 0.30]]
OUTPUT: Rows = [[0.40, 0.50], [0.45, 0.55]]
POINT, TARGET = [0.05, 0.10], [0.01, 0.99]


def network_of(weights: list[Rows], biases: list[list[float]]) -> Network:
    layers = tuple(
        Dense(
            units=len(bias),
            activation=Sigmoid(),
            trainable_bias=False,
            weight_initializer=Values(tuple(map(tuple, weight))),
            bias_initializer=Values(tuple(bias)),
        )
        for weight, bias in zip(weights, biases, strict=True)
    )
    return Network(layers, (len(weights[0]),), "float64")


def training(epochs: int) -> Training:
    return Training(
        epochs, batch_size=1, loss=HalfSquaredError(), optimizer=Sgd(0.5), shuffle=False
    )


def data(point: list[float], target: list[float]) -> Data:
    return Data(np.array([point]), np.array([target]))


def mazur() -> Network:
    return network_of([HIDDEN, OUTPUT], [[0.35, 0.35], [0.60, 0.60]])


def after(steps: int) -> tuple[Network, State]:
    network = mazur()
    return network, fit(network, data(POINT, TARGET), training(steps))


def cost(network: Network, state: State) -> float:
    point, target = np.array([POINT]), np.array([TARGET])
    return evaluator(network, state.parameters, HalfSquaredError())(point, target)["loss"]


def test_the_forward_pass() -> None:
    network = mazur()
    parameters = network.initial(0)
    outputs = predictor(network, parameters)(np.array([POINT]))
    assert outputs[0] == pytest.approx([0.75136507, 0.772928465], abs=5e-10)
    first = Network(network.layers[:1], (2,), "float64")
    hidden = predictor(first, first.initial(0))
    assert hidden(np.array([POINT]))[0] == pytest.approx([0.593269992, 0.596884378], abs=5e-10)


def test_the_cost_before() -> None:
    network = mazur()
    state = first_state(network, training(1))
    assert cost(network, state) == pytest.approx(0.298371109, abs=5e-10)


def test_one_step() -> None:
    network, state = after(1)
    arrays = network.arrays(state.parameters)
    expected = [[0.35891648, 0.511301270], [0.408666186, 0.561370121]]
    assert arrays["1.weight"] == pytest.approx(np.array(expected), abs=5e-9)
    expected = [[0.149780716, 0.24975114], [0.19956143, 0.29950229]]
    assert arrays["0.weight"] == pytest.approx(np.array(expected), abs=5e-9)
    assert arrays["0.bias"].tolist() == [0.35, 0.35]
    assert arrays["1.bias"].tolist() == [0.60, 0.60]
    assert cost(network, state) == pytest.approx(0.291027774, abs=5e-10)


def test_ten_thousand_steps() -> None:
    network, state = after(10_000)
    assert cost(network, state) == pytest.approx(0.0000351019, abs=5e-11)
    outputs = predictor(network, state.parameters)(np.array([POINT]))
    assert outputs[0] == pytest.approx([0.01591362, 0.98406427], abs=5e-9)


def test_two_three_two_against_plain_loops() -> None:
    weights: list[Rows] = [
        [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]],
        [[0.7, -0.8], [0.9, 0.1], [-0.2, 0.3]],
    ]
    biases = [[0.05, -0.1, 0.2], [0.3, -0.4]]
    network = network_of(weights, biases)
    state = first_state(network, training(1))
    run = train(network, data([0.3, -0.7], [0.2, 0.9]), training(25), state)
    next(run)
    for _ in range(24):
        by_loops(weights, biases, [0.3, -0.7], [0.2, 0.9], rate=0.5)
        run.send(1)
    arrays = network.arrays(state.parameters)
    for layer, weight in enumerate(weights):
        assert arrays[f"{layer}.weight"] == pytest.approx(np.array(weight), abs=1e-14)


def by_loops(
    weights: list[Rows], biases: list[list[float]], x: list[float], t: list[float], rate: float
) -> None:
    """Change `weights` by one step of gradient descent on ½ Σ (t − a)², number by number."""
    activations = [x]
    for weight, bias in zip(weights, biases, strict=True):
        entering = activations[-1]
        z = [
            bias[k] + sum(entering[j] * weight[j][k] for j in range(len(entering)))
            for k in range(len(bias))
        ]
        activations.append([1 / (1 + exp(-value)) for value in z])
    out = activations[-1]
    delta = [(a - b) * a * (1 - a) for a, b in zip(out, t, strict=True)]
    for layer in reversed(range(len(weights))):
        weight, entering = weights[layer], activations[layer]
        before = [
            sum(weight[j][k] * delta[k] for k in range(len(delta)))
            * entering[j]
            * (1 - entering[j])
            for j in range(len(entering))
        ]
        for j in range(len(entering)):
            for k in range(len(delta)):
                weight[j][k] -= rate * entering[j] * delta[k]
        delta = before
