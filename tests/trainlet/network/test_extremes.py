"""Activations and updates at the limits of the floating-point range."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Literal

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from trainlet.network import Data, Network, Tape, Training, fit, replay
from trainlet.network.activations import Activation, Linear
from trainlet.network.class_weights import sample_weights
from trainlet.network.decision import Decision
from trainlet.network.initializers import Values
from trainlet.network.layers import Dense
from trainlet.network.losses import MeanSquaredError
from trainlet.network.optimizers import Sgd

SELU = 1.0507009873554805
LIMITS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    # a / z or a, and the derivative, at +z and at −z, by the formulas of PyTorch's documentation.
    "elu": ((inf, 1), (-1, 0)),
    "gelu": ((inf, 1), (0, 0)),
    "leaky_relu": ((inf, 1), (-inf, 0.01)),
    "linear": ((inf, 1), (-inf, 1)),
    "relu": ((inf, 1), (0, 0)),
    "selu": ((inf, SELU), (-1.6732632423543772 * SELU, 0)),
    "sigmoid": ((1, 0), (0, 0)),
    "silu": ((inf, 1), (0, 0)),
    "softmax": ((1, 0), (1, 0)),
    "softplus": ((inf, 1), (0, 0)),
    "tanh": ((1, 0), (-1, 0)),
}


@pytest.mark.parametrize("kind", sorted(Activation.kinds))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1e4, 1e14, 1e20, 1e30])
def test_activations_have_their_limits(kind: str, dtype: str, size: float) -> None:
    tape = Tape(np.dtype(dtype), 2, {})
    z = tape.buffer("z", (1, 2))
    z[...] = [[size, -size]]
    recording = Activation.kinds[kind]().record(tape, z)
    a = next(recording)
    da = tape.buffer("da", z.shape)
    tape.call("copy", 1.0, out=da)
    gradient = recording.send(da)
    with np.errstate(over="ignore", under="ignore"):
        replay(tape.calls)
    for place, (value, derivative) in enumerate(LIMITS[kind]):
        grad = derivative if derivative else 1.0
        expected = value if abs(value) < inf else np.sign(value) * grad * size
        assert a[0, place] == pytest.approx(expected, rel=1e-5, abs=1e-30)
        assert gradient[0, place] == pytest.approx(derivative, rel=1e-5, abs=1e-30)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1e-30, 0.5, 1e4, 1e15, 1e18])
def test_the_clipped_norm_is_right_for_gradients_of_any_size(
    dtype: Literal["float32", "float64"], size: float
) -> None:
    """NumPy's norm of the gradient in float64, of one step of plain descent."""
    layer = Dense(1, Linear(), use_bias=False, weight_initializer=Values(((0.0,), (0.0,))))
    network = Network((layer,), (2,), dtype)
    inputs = np.array([[3.0, 4.0]]) * size
    targets = np.array([[-size / 2]])
    training = Training(
        1, 1, MeanSquaredError(), Sgd(1.0), clip_norm=2.0, metrics=(), shuffle=False
    )
    state = fit(network, Data(inputs.astype(dtype), targets.astype(dtype)), training)
    gradient = (-2 * targets * inputs)[0]
    norm = float(np.linalg.norm(gradient))
    expected = -gradient * (2.0 / max(norm, 2.0))
    np.testing.assert_allclose(state.parameters, expected, rtol=1e-5, atol=1e-44)
    unclipped = fit(
        replace(network, dtype="float64"),
        Data(inputs, targets),
        replace(training, clip_norm=None),
    )
    np.testing.assert_allclose(unclipped.parameters, -gradient, rtol=1e-12)


@pytest.mark.parametrize("labels", [[0, 0, 1, 2], [0, 2, 2, 2, 2], [1, 1, 1], [0, 1], [3, 0, 3]])
def test_balanced_weights_are_those_of_scikit_learn(labels: list[int]) -> None:
    targets = np.eye(4)[labels]
    present = np.unique(labels)
    expected = dict(
        zip(present, compute_class_weight("balanced", classes=present, y=labels), strict=True)
    )
    result = sample_weights("balanced", targets, Decision())
    np.testing.assert_allclose(result, [expected[label] for label in labels])
