"""Regularizers and limits of updates, number by number, on a network of one weight and one bias."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trainlet.network import Data, Network, Training, fit
from trainlet.network.initializers import Constant, Values
from trainlet.network.layers import Dense
from trainlet.network.losses import HalfSquaredError
from trainlet.network.optimizers import Sgd
from trainlet.network.regularizers import L1, L2

TRAINING = Training(1, 2, HalfSquaredError(), Sgd(0.1), shuffle=False)
DATA = Data(np.array([[1.0], [1.0]]), np.array([[0.0], [0.0]]))


def after_one_step(weight: float, **changes: Any) -> tuple[float, float]:
    """One step at y = w x + b with b = 1, x = 1 and t = 0: both gradients are w + 1."""
    first = Values(((weight,),))
    layer = Dense(1, weight_initializer=first, bias_initializer=Constant(1.0))
    network = Network((layer,), (1,), "float64")
    state = fit(network, DATA, replace(TRAINING, **changes))
    arrays = network.arrays(state.parameters)
    return arrays["0.weight"].item(), arrays["0.bias"].item()


def test_without() -> None:
    assert after_one_step(3.0) == pytest.approx((3 - 0.1 * 4, 1 - 0.1 * 4))


def test_l2_leaves_biases_alone() -> None:
    result = after_one_step(3.0, regularization=L2(0.5))
    assert result == pytest.approx((3 - 0.1 * (4 + 0.5 * 3), 1 - 0.1 * 4))


def test_l2_by_samples_divides_by_their_number() -> None:
    result = after_one_step(3.0, regularization=L2(0.5, "samples"))
    assert result == pytest.approx((3 - 0.1 * (4 + 0.25 * 3), 1 - 0.1 * 4))


def test_l1_pulls_towards_zero() -> None:
    assert after_one_step(3.0, regularization=L1(0.5))[0] == pytest.approx(3 - 0.1 * 4.5)
    assert after_one_step(-3.0, regularization=L1(0.5))[0] == pytest.approx(-3 - 0.1 * -2.5)


def test_l1_stops_at_zero_and_lets_biases_cross_it() -> None:
    weight, bias = after_one_step(0.1, regularization=L1(5.0), optimizer=Sgd(2.0))
    assert weight == 0.0
    assert bias == pytest.approx(1 - 2 * 1.1)


def test_clip_value() -> None:
    assert after_one_step(3.0, clip_value=0.5) == pytest.approx((3 - 0.05, 1 - 0.05))
    assert after_one_step(-3.0, clip_value=0.5) == pytest.approx((-3 + 0.05, 1 + 0.05))
    assert after_one_step(3.0, clip_value=50.0) == pytest.approx((3 - 0.4, 1 - 0.4))


def test_clip_norm() -> None:
    share = 1 / np.sqrt(2)
    assert after_one_step(3.0, clip_norm=1.0) == pytest.approx((3 - 0.1 * share, 1 - 0.1 * share))
    assert after_one_step(3.0, clip_norm=100.0) == pytest.approx((3 - 0.4, 1 - 0.4))


def test_clipping_sees_the_regularized_gradient() -> None:
    result = after_one_step(3.0, clip_value=5.0, regularization=L2(1.0))
    assert result == pytest.approx((3 - 0.1 * 5.0, 1 - 0.1 * 4))


def test_max_norm_scales_the_weights_into_each_unit() -> None:
    first = Values(((3.0, 0.3), (4.0, 0.4)))
    layer = Dense(2, weight_initializer=first, bias_initializer=Constant(9.0))
    network = Network((layer,), (2,), "float64")
    data = Data(np.zeros((1, 2)), np.array([[9.0, 9.0]]))
    state = fit(network, data, replace(TRAINING, max_norm=1.0))
    arrays = network.arrays(state.parameters)
    assert arrays["0.weight"] == pytest.approx(np.array([[0.6, 0.3], [0.8, 0.4]]))
    assert arrays["0.bias"].tolist() == [9.0, 9.0]
