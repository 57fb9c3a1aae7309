"""Inspection against plain loops, central differences and PyTorch."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pytest

from tests.golden.cases import BATCH
from tests.golden.layer_cases import LAYER_CASES
from tests.golden.trajectories import read
from tests.trainlet.network.test_mazur import POINT, TARGET, mazur, network_of, training
from tests.trainlet.network.test_trajectories import by_name
from trainlet.config import from_json
from trainlet.network import Network, Training, plan, replay
from trainlet.network.activations import Activation, Relu, Tanh
from trainlet.network.arrays import Array
from trainlet.network.inspection import (
    attribute,
    backpropagate,
    central_differences,
    forward,
    one_step,
)
from trainlet.network.layers import ActivationLayer, BatchNormalization, Dense, Dropout, Layer
from trainlet.network.losses import HalfSquaredError, Loss, MeanSquaredError
from trainlet.network.optimizers import Adam
from trainlet.network.tape import turn

WEIGHTS = [[[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], [[0.7, -0.8], [0.9, 0.1], [-0.2, 0.3]]]
BIASES = [[0.05, -0.1, 0.2], [0.3, -0.4]]


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_mazur() -> None:
    network, (point, target) = mazur(), (np.array([POINT]), np.array([TARGET]))
    parameters = network.initial(0)
    backward = backpropagate(network, parameters, point, target, HalfSquaredError())
    hidden, output = (layer.numbers for layer in backward.layers)
    assert backward.cost == pytest.approx(0.298371109, abs=5e-10)
    assert hidden["z"][0, 0] == pytest.approx(0.3775)
    assert hidden["a"][0] == pytest.approx([0.593269992, 0.596884378], abs=5e-10)
    assert output["a"][0] == pytest.approx([0.75136507, 0.772928465], abs=5e-10)
    assert output["delta"][0] == pytest.approx([0.13849856, -0.03809824], abs=5e-9)
    assert output["dC/dw"][0, 0] == pytest.approx(0.082167041, abs=5e-10)
    assert hidden["dC/dw"][0, 0] == pytest.approx(0.000438568, abs=5e-10)
    assert "dC/db" not in hidden, "the biases are held fixed"
    assert backward.layers[0].equations == {"delta": "BP2", "dC/dw": "BP4"}
    assert backward.layers[1].equations == {"delta": "BP1", "dC/dw": "BP4"}


def test_two_samples_against_plain_loops() -> None:
    held = network_of(WEIGHTS, BIASES)
    layers = (replace(layer, trainable_bias=True) for layer in held.layers)  # type: ignore[type-var]
    network = Network(tuple(layers), (2,), "float64")
    points, targets = [[0.3, -0.7], [1.1, 0.4]], [[0.2, 0.9], [0.6, 0.1]]
    backward = backpropagate(
        network, network.initial(0), np.array(points), np.array(targets), HalfSquaredError()
    )
    grads = [np.zeros((2, 3)), np.zeros((3, 2))], [np.zeros(3), np.zeros(2)]
    for sample, (x, t) in enumerate(zip(points, targets, strict=True)):
        result = by_loops(x, t)
        for layer, (entering, z, a, delta) in enumerate(result):
            numbers = backward.layers[layer].numbers
            assert numbers["z"][sample] == pytest.approx(z, abs=1e-15)
            assert numbers["a"][sample] == pytest.approx(a, abs=1e-15)
            assert numbers["delta"][sample] == pytest.approx([d / 2 for d in delta], abs=1e-15)
            grads[0][layer] += np.outer(entering, delta) / 2
            grads[1][layer] += np.array(delta) / 2
    for layer, numbers in enumerate(layer.numbers for layer in backward.layers):
        assert numbers["dC/dw"] == pytest.approx(grads[0][layer], abs=1e-15)
        assert numbers["dC/db"] == pytest.approx(grads[1][layer], abs=1e-15)


def by_loops(x: list[float], t: list[float]) -> list[tuple[list[float], ...]]:
    """Return each layer's input, z, a and δ for one sample and ½ Σ (a − t)², number by number."""
    entering, result = x, []
    for weight, bias in zip(WEIGHTS, BIASES, strict=True):
        z = [
            bias[k] + sum(entering[j] * weight[j][k] for j in range(len(entering)))
            for k in range(len(bias))
        ]
        a = [1 / (1 + exp(-value)) for value in z]
        result.append((entering, z, a))
        entering = a
    delta = [(a - b) * a * (1 - a) for a, b in zip(entering, t, strict=True)]
    hidden = result[1][0]
    before = [
        sum(WEIGHTS[1][j][k] * delta[k] for k in range(len(delta))) * hidden[j] * (1 - hidden[j])
        for j in range(len(hidden))
    ]
    return [(*result[0], before), (*result[1], delta)]


def golden(name: str) -> tuple[Any, Network, Array, Any]:
    case = LAYER_CASES[name]
    kept = read(name, case)
    layers = tuple(from_json(Layer, spec) for spec in case.layers)
    network = Network(layers, kept.inputs.shape[1:], "float64")
    return case, network, network.flat(by_name(network, kept.parameters[0])), kept


@pytest.mark.parametrize("name", LAYER_CASES)
def test_the_gradient_is_the_one_pytorch_stepped_by(name: str) -> None:
    case, network, parameters, kept = golden(name)
    rule = case.optimizer
    if rule["type"] != "sgd" or rule["momentum"] or rule["schedule"] != {"type": "constant"}:
        pytest.skip("the first step of this rule is not the gradient times a number")
    backward = backpropagate(
        network,
        parameters,
        kept.inputs[:BATCH],
        kept.targets[:BATCH],
        from_json(Loss, case.loss),
        generator(case.masks),
    )
    assert backward.cost == pytest.approx(kept.losses[0], rel=1e-11)
    after = network.flat(by_name(network, kept.parameters[1]))
    stepped = (parameters - after)[: network.trainable_count] / rule["learning_rate"]
    assert backward.gradient == pytest.approx(stepped, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("name", LAYER_CASES)
def test_every_delta_is_the_slope_of_the_cost(name: str) -> None:
    """The gradient at a layer's input predicts the change of the cost after a small change."""
    case, network, parameters, kept = golden(name)
    inputs, targets = kept.inputs[:BATCH], kept.targets[:BATCH]
    loss, arrays = from_json(Loss, case.loss), network.arrays(parameters)
    layers = backpropagate(network, parameters, inputs, targets, loss).layers
    for index, layer in enumerate(layers):
        if "delta" not in layer.numbers:
            continue
        rest = network.layers[index + 1 :]
        activation: Activation | None = getattr(network.layers[index], "activation", None)
        if activation is not None:
            rest = (ActivationLayer(activation), *rest)
        if not rest:
            continue
        handed = layer.numbers["z" if activation is not None else "y"]
        tail = Network(rest, handed.shape[1:], "float64")
        skipped = index + (activation is None)
        own = {
            f"{int(place) - skipped}.{array}": values
            for name, values in arrays.items()
            for place, array in [name.split(".")]
            if int(place) > index
        }
        measured = nudged(tail, tail.flat(own), handed, targets, loss)
        for place, grad in measured.items():
            assert layer.numbers["delta"][place] == pytest.approx(grad, rel=2e-5, abs=1e-8)


def nudged(
    network: Network, parameters: Array, inputs: Array, targets: Array, loss: Loss
) -> dict[tuple[int, ...], float]:
    own = plan(network, parameters, len(inputs), loss)
    own.targets[...] = turn(targets)
    results = {}
    for place in list(np.ndindex(inputs.shape))[:: max(1, inputs.size // 7)]:
        costs = []
        for step in (1e-6, -1e-6):
            moved = inputs.copy()
            moved[place] += step
            own.inputs[...] = turn(moved)
            replay(own.forward)
            costs.append(own.loss.item())
        results[place] = (costs[0] - costs[1]) / 2e-6
    return results


@pytest.mark.parametrize("name", LAYER_CASES)
def test_central_differences_agree(name: str) -> None:
    case, network, parameters, kept = golden(name)
    inputs, targets = kept.inputs[:BATCH], kept.targets[:BATCH]
    loss = from_json(Loss, case.loss)
    result = central_differences(network, parameters, inputs, targets, loss, 20, seed=3)
    assert result
    assert {name: array.relative_error for name, array in result.items()} == {
        name: pytest.approx(0, abs=1e-6) for name in result
    }
    assert sum(len(array.measured) for array in result.values()) <= 20


def test_central_differences_see_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network((Dense(3, Tanh()), Dense(1)), (2,))
    data = np.array([[1.0, 2.0]]), np.array([[1.0]])
    good = central_differences(network, network.initial(1), *data, MeanSquaredError())
    assert all(array.complete and array.relative_error < 1e-6 for array in good.values())

    def wrong(self: Tanh, tape: Any, z: Array) -> Any:
        a = tape.buffer("a", z.shape)
        tape.call("tanh", z, out=a)
        gradient = yield a
        yield gradient

    monkeypatch.setattr(Tanh, "record", wrong)
    bad = central_differences(network, network.initial(1), *data, MeanSquaredError())
    assert bad["0.weight"].relative_error > 0.1
    assert bad["1.weight"].relative_error < 1e-6


def test_layers_without_activation_hand_on_y() -> None:
    network = Network((Dropout(0.5), BatchNormalization(), Dense(2, Relu())), (3,))
    dropout, normalization, dense = forward(network, network.initial(0), np.ones((4, 3)))
    assert dropout.numbers["y"].tolist() == [[1, 1, 1]] * 4, "as in prediction"
    assert set(normalization.numbers) == {"y"}
    assert set(dense.numbers) == {"z", "a"}
    assert dense.numbers["a"] == pytest.approx(np.maximum(dense.numbers["z"], 0))


def test_only_the_layers_requested() -> None:
    network = Network((Dense(3), Dense(2), Dense(1)), (2,))
    points, targets = np.ones((2, 2)), np.ones((2, 1))
    result = forward(network, network.initial(0), points, range(1, 2))
    assert [layer.index for layer in result] == [1]
    backward = backpropagate(
        network, network.initial(0), points, targets, MeanSquaredError(), layers=range(1, 3)
    )
    assert [layer.index for layer in backward.layers] == [1, 2]
    assert backward.gradient.all()


def test_looking_changes_nothing() -> None:
    network = Network((Dense(3), BatchNormalization(), Dense(1)), (2,))
    parameters = network.initial(0)
    before = parameters.tobytes()
    points, targets = np.eye(2), np.ones((2, 1))
    forward(network, parameters, points)
    backpropagate(network, parameters, points, targets, MeanSquaredError(), generator(0))
    central_differences(network, parameters, points, targets, MeanSquaredError(), seed=1)
    attribute(network, parameters, points, np.array([0, 0]))
    assert parameters.tobytes() == before


def test_one_step_is_the_step_of_training() -> None:
    network = mazur()
    step = one_step(network, np.array([POINT]), np.array([TARGET]), training(5))
    expected = [[0.35891648, 0.511301270], [0.408666186, 0.561370121]]
    assert step.after["1.weight"] == pytest.approx(np.array(expected), abs=5e-9)
    assert step.before["1.weight"] + step.update["1.weight"] == pytest.approx(np.array(expected))
    assert step.backward.cost == pytest.approx(0.298371109, abs=5e-10)
    assert step.cost_after == pytest.approx(0.291027774, abs=5e-10)
    rate = 0.5
    assert step.update["1.weight"] == pytest.approx(
        -rate * step.backward.layers[1].numbers["dC/dw"], abs=1e-16
    )


def test_the_step_of_adam_and_dropout_is_of_the_same_draws() -> None:
    network = Network((Dense(8, Tanh()), Dropout(0.5), Dense(1)), (2,), "float64")
    rule = Training(1, loss=MeanSquaredError(), optimizer=Adam(0.1, epsilon=1e-12), seed=4)
    points = np.random.default_rng(1).normal(size=(3, 2))
    step = one_step(network, points, np.ones((3, 1)), rule)
    grad = step.backward.layers[2].numbers["dC/dw"]
    assert (grad == 0).any(), "some units were dropped for every sample"
    # Adam's first step is the learning rate against the sign of the gradient.
    assert step.update["2.weight"] == pytest.approx(-0.1 * np.sign(grad), abs=1e-6)


def test_attribution_of_a_line_is_its_slope() -> None:
    network = Network((Dense(3, Relu()), Dense(2)), (2,), "float64")
    parameters = network.initial(3)
    points = np.array([[1.0, 2.0], [-0.5, 0.3]])
    result = attribute(network, parameters, points, np.array([0, 1]))
    for sample, unit in enumerate((0, 1)):
        for column in range(2):
            ends = []
            for step in (1e-6, -1e-6):
                moved = points.copy()
                moved[sample, column] += step
                ends.append(forward(network, parameters, moved)[1].numbers["a"][sample, unit])
            grad = (ends[0] - ends[1]) / 2e-6
            assert result[sample, column] == pytest.approx(grad, rel=1e-6, abs=1e-9)
