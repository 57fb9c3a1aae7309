"""Every registered layer, activation and loss against central differences.

A new class fails here until it has an example below.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainlet.network.gradients import (
    Recorded,
    record_activation,
    record_layer,
    record_loss,
)
from trainlet.network.activations import (
    Activation,
    Elu,
    Gelu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from trainlet.network.arrays import Array, Shape
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
from trainlet.network.losses import Loss

Examples = dict[str, list[tuple[Any, Any]]]

LAYERS: dict[str, list[tuple[Layer, Shape]]] = {
    "activation": [(ActivationLayer(Tanh()), (3,)), (ActivationLayer(Tanh()), (2, 2, 2))],
    "average_pool2d": [
        (AveragePooling(), (4, 4, 2)),
        (AveragePooling(3, stride=1), (5, 4, 2)),
        (AveragePooling(2, stride=3), (5, 6, 1)),
    ],
    "batch_normalization": [
        # Two samples of nearly the same value would bend too much for a difference's step.
        (BatchNormalization(epsilon=0.1), (3,)),
        (BatchNormalization(epsilon=0.1), (2, 2, 2)),
        (BatchNormalization(trainable=False), (3,)),
    ],
    "conv2d": [
        (Convolution(2), (4, 5, 3)),
        (Convolution(3, 2, stride=2), (5, 4, 2)),
        (Convolution(2, 3, padding="same"), (3, 4, 2)),
        (Convolution(2, 2, stride=2, padding="same"), (5, 4, 1)),
        (Convolution(2, 2, dilation=2, padding="same"), (4, 3, 2)),
        (Convolution(1, 2, dilation=3), (5, 4, 2)),
        (Convolution(2, 1, use_bias=False), (2, 2, 2)),
        (Convolution(2, 2, trainable_bias=False), (3, 3, 1)),
        (Convolution(2, 2, trainable=False), (3, 3, 1)),
    ],
    "dense": [
        (Dense(3), (4,)),
        (Dense(1), (1,)),
        (Dense(3, use_bias=False), (2,)),
        (Dense(3, trainable_bias=False), (2,)),
        (Dense(3, trainable=False), (2,)),
    ],
    "dropout": [(Dropout(0.4), (6,)), (Dropout(0.4), (3, 2, 2)), (Dropout(0.0), (3,))],
    "flatten": [(Flatten(), (2, 3, 2)), (Flatten(), (2, 3, 1)), (Flatten(), (4,))],
    "global_average_pool2d": [(GlobalAveragePooling(), (3, 2, 2))],
    "layer_normalization": [
        (LayerNormalization(epsilon=0.1), (4,)),
        (LayerNormalization(epsilon=0.1), (2, 2, 2)),
        (LayerNormalization(trainable=False), (4,)),
    ],
    "max_pool2d": [
        (MaxPooling(), (4, 4, 2)),
        (MaxPooling(3, stride=1), (5, 4, 2)),
        (MaxPooling(2, stride=3), (5, 6, 1)),
    ],
    "reshape": [
        (Reshape((2, 3, 2)), (12,)),
        (Reshape((12,)), (2, 3, 2)),
        (Reshape((3, 2, 2)), (2, 3, 2)),
        (Reshape((3, 4, 1)), (2, 3, 2)),
    ],
}

ACTIVATIONS: dict[str, list[Activation]] = {
    "elu": [Elu(), Elu(0.5)],
    "gelu": [Gelu()],
    "leaky_relu": [LeakyRelu(), LeakyRelu(0.3)],
    "linear": [Linear()],
    "relu": [Relu()],
    "selu": [Selu()],
    "sigmoid": [Sigmoid()],
    "silu": [Silu()],
    "softmax": [Softmax()],
    "softplus": [Softplus()],
    "tanh": [Tanh()],
}


def any_number(generator: np.random.Generator, shape: Shape) -> Array:
    return generator.normal(size=shape)


def zero_or_one(generator: np.random.Generator, shape: Shape) -> Array:
    return generator.integers(0, 2, size=shape).astype(float)


def one_hot(generator: np.random.Generator, shape: Shape) -> Array:
    units, samples = shape
    return np.eye(units)[generator.integers(0, units, size=samples)].T


LOSSES: dict[str, Any] = {
    "binary_cross_entropy": zero_or_one,
    "categorical_cross_entropy": one_hot,
    "half_squared_error": any_number,
    "huber": any_number,
    "mae": any_number,
    "mse": any_number,
}

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)
layers = [
    pytest.param(layer, shape, id=f"{kind}-{index}")
    for kind, examples in LAYERS.items()
    for index, (layer, shape) in enumerate(examples)
]
activations = [
    pytest.param(activation, id=f"{kind}-{index}")
    for kind, examples in ACTIVATIONS.items()
    for index, activation in enumerate(examples)
]


@pytest.mark.parametrize(
    ("family", "examples"), [(Layer, LAYERS), (Activation, ACTIVATIONS), (Loss, LOSSES)]
)
def test_everything_registered_has_an_example(family: Any, examples: dict[str, Any]) -> None:
    assert sorted(family.kinds) == sorted(examples)


@pytest.mark.parametrize(("layer", "shape"), layers)
@given(samples=st.integers(2, 4), seed=seeds)
@settings(max_examples=5, deadline=None)
def test_a_layer(layer: Layer, shape: Shape, samples: int, seed: int) -> None:
    assert_right(record_layer(layer, shape, samples, seed))


@pytest.mark.parametrize("activation", activations)
@given(units=sizes, samples=sizes, seed=seeds)
@settings(max_examples=10, deadline=None)
def test_an_activation(activation: Activation, units: int, samples: int, seed: int) -> None:
    assert_right(record_activation(activation, units, samples, seed))


@pytest.mark.parametrize("kind", LOSSES)
@given(units=sizes, samples=sizes, seed=seeds, weighted=st.booleans())
@settings(max_examples=10, deadline=None)
def test_a_loss(kind: str, units: int, samples: int, seed: int, weighted: bool) -> None:
    assert_right(record_loss(Loss.kinds[kind](), units, samples, seed, LOSSES[kind], weighted))


def negate(grads: dict[str, Array]) -> None:
    for name in grads:
        grads[name] *= -1


def double(grads: dict[str, Array]) -> None:
    for name in grads:
        grads[name] *= 2


def drop_a_row(grads: dict[str, Array]) -> None:
    for grad in grads.values():
        grad[-1] = 0


@pytest.mark.parametrize("tamper", [negate, double, drop_a_row])
@pytest.mark.parametrize("kind", [*LAYERS, *ACTIVATIONS, *LOSSES])
def test_the_check_can_fail(kind: str, tamper: Any) -> None:
    recorded = one_of(kind)
    assert max(recorded.errors().values()) <= 1e-6
    assert min(recorded.errors(tamper).values()) > 1e-3


def one_of(kind: str) -> Recorded:
    if kind in LAYERS:
        layer, shape = LAYERS[kind][0]
        return record_layer(layer, shape, samples=3, seed=1)
    if kind in ACTIVATIONS:
        return record_activation(ACTIVATIONS[kind][0], units=3, samples=4, seed=1)
    return record_loss(Loss.kinds[kind](), 3, 4, 1, LOSSES[kind], weighted=False)


def assert_right(recorded: Recorded) -> None:
    errors = recorded.errors()
    assert max(errors.values()) <= 1e-6, errors
