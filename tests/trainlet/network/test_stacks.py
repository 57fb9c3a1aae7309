"""Stacks of layers in every order: gradients, and batches against single rows."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainlet.network import Data, Network, Training, fit, plan, predictor, replay
from trainlet.network.activations import Softmax, Tanh
from trainlet.network.arrays import view
from trainlet.network.layers import (
    ActivationLayer,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    Reshape,
)
from trainlet.network.losses import MeanSquaredError
from trainlet.network.optimizers import Sgd
from trainlet.network.planning import Tracing

ROWS: list[Layer] = [
    ActivationLayer(Softmax()),
    ActivationLayer(Tanh()),
    BatchNormalization(epsilon=0.1),
    Dense(4, Tanh()),
    Dropout(0.3),
    Flatten(),
    LayerNormalization(epsilon=0.1),
]
IMAGES: list[Layer] = [
    ActivationLayer(Softmax()),
    ActivationLayer(Tanh()),
    AveragePooling(2, stride=1),
    BatchNormalization(epsilon=0.1),
    Convolution(2, 2, padding="same"),
    Convolution(1, 1),
    Dropout(0.3),
    Flatten(),
    GlobalAveragePooling(),
    LayerNormalization(epsilon=0.1),
    MaxPooling(1),
    MaxPooling(2, stride=1),
]


@st.composite
def networks(draw: st.DrawFn, dtype: Literal["float32", "float64"]) -> Network:
    shape: tuple[int, ...] = draw(st.sampled_from([(4,), (2, 2, 1), (2, 2, 2), (3, 2, 1)]))
    entering, layers = shape, []
    for _ in range(draw(st.integers(1, 6))):
        layer = draw(st.sampled_from(fitting_layers(shape)))
        layers.append(layer)
        shape = layer.output_shape(shape)
    return replace(Network(tuple(layers), entering), dtype=dtype)


def fitting_layers(shape: tuple[int, ...]) -> list[Layer]:
    size = prod(shape)
    shapes = {(size,), (1, 1, size), (size, 1, 1), (1, size, 1), (size, 1)}
    shapes |= {(2, size // 2, 1), (size // 2, 1, 2)} if size % 2 == 0 else set()
    layers: list[Layer] = [Reshape(target) for target in sorted(shapes)]
    if len(shape) == 3:
        pooled = min(shape[:2]) > 1
        return layers + [layer for layer in IMAGES if pooled or getattr(layer, "pool_size", 1) < 2]
    return layers + [layer for layer in ROWS if len(shape) == 1 or not isinstance(layer, Dense)]


@given(data=st.data(), samples=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_gradients_are_numerical_differences(data: st.DataObject, samples: int, seed: int) -> None:
    assert_gradients(data.draw(networks("float64")), samples, seed)


AFTER_RESHAPE = [
    pytest.param((Reshape(shape), layer, *rest), id=f"{shape}-{layer.kind}-{place}")
    for shape in [(2, 3, 1), (1, 3, 2), (6, 1), (1, 1, 6)]
    for place, layer in enumerate(fitting_layers(shape))
    for rest in [(Flatten(), BatchNormalization(epsilon=0.1))]
]


@pytest.mark.parametrize("layers", AFTER_RESHAPE)
def test_every_layer_after_a_reshape(layers: tuple[Layer, ...]) -> None:
    assert_gradients(Network(layers, (6,), "float64"), 4, 1)
    assert_same_rows(Network(layers, (6,), "float32"), 1)


def assert_gradients(network: Network, samples: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    parameters = network.initial(seed) + chance.uniform(0.1, 0.3, network.parameter_count)
    gradient = np.zeros(network.trainable_count)
    generator = np.random.default_rng()
    own = plan(network, parameters, samples, MeanSquaredError(), Tracing(gradient, generator))
    own.inputs[...] = chance.normal(size=own.inputs.shape)
    own.targets[...] = chance.normal(size=own.targets.shape)
    direction = chance.normal(size=gradient.shape)
    start = parameters.copy()

    def loss(step: float) -> float:
        parameters[:] = start
        parameters[: gradient.size] += step * direction
        generator.bit_generator.state = np.random.PCG64(3).state
        replay(own.forward)
        return float(own.loss)

    numeric = (loss(1e-5) - loss(-1e-5)) / 2e-5
    loss(0.0)
    replay(own.backward)
    assert gradient @ direction == pytest.approx(numeric, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_rows_together_are_predicted_as_row_by_row(
    dtype: Literal["float32", "float64"], data: st.DataObject, seed: int
) -> None:
    assert_same_rows(data.draw(networks(dtype)), seed)


def assert_same_rows(network: Network, seed: int) -> None:
    chance = np.random.default_rng(seed)
    parameters = network.initial(seed) + chance.uniform(0.1, 0.3, network.parameter_count)
    predict = predictor(network, parameters.astype(network.dtype))
    points = chance.normal(size=(19, *network.input_shape)).astype(network.dtype)
    together = predict(points)
    alone = np.concatenate([predict(points[[row]]) for row in range(len(points))])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_batch_normalization_after_reshape_to_one_channel() -> None:
    """Two plain NumPy epochs of the same network give the same weights."""
    layers = (Reshape((2, 2, 1)), BatchNormalization(), Flatten(), Dense(1))
    network = Network(layers, (4,), "float64")
    inputs = np.array([[1, 2, 3, 4], [2, 1, 0, 5], [3, 3, 1, 0], [0, 1, 2, 2]], float)
    targets = np.array([[1], [2], [3], [4]], float)
    # The last mini-batch is smaller.
    training = Training(
        epochs=2,
        batch_size=3,
        loss=MeanSquaredError(),
        metrics=(),
        optimizer=Sgd(0.05),
        shuffle=False,
    )
    state = fit(network, Data(inputs, targets), training)
    result = network.arrays(state.parameters)

    first = network.arrays(network.initial(0))
    scale, offset, weight, bias = 1.0, 0.0, first["3.weight"], first["3.bias"]
    for _ in range(2):
        for rows in (slice(0, 3), slice(3, 4)):
            x, t = inputs[rows], targets[rows]
            normal = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
            y = (scale * normal + offset) @ weight + bias
            dy = 2 * (y - t) / len(x)
            dnormal = dy @ weight.T
            weight = weight - 0.05 * (scale * normal + offset).T @ dy
            bias = bias - 0.05 * dy.sum(axis=0)
            scale = scale - 0.05 * (dnormal * normal).sum()
            offset = offset - 0.05 * dnormal.sum()
    np.testing.assert_allclose(result["3.weight"], weight, rtol=1e-9)
    np.testing.assert_allclose(result["3.bias"], bias, rtol=1e-9)
    np.testing.assert_allclose(result["1.scale"], [scale], rtol=1e-9)
    np.testing.assert_allclose(result["1.offset"], [offset], rtol=1e-9)


def test_a_view_is_never_a_copy() -> None:
    strided = np.zeros((4, 3)).T[:2]
    assert np.shares_memory(view(strided, (1, 2, 4)), strided)
    with pytest.raises(ValueError, match="copy"):
        view(strided, (8,))
