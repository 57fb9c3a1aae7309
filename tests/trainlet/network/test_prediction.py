from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network import Network, predictor
from trainlet.network.activations import Relu, Softmax, Tanh
from trainlet.network.layers import Dense

NETWORK = Network((Dense(16, Tanh()), Dense(16, Relu()), Dense(3, Softmax())), (2,))
PARAMETERS = NETWORK.initial(1)


def points(count: int) -> np.ndarray:
    return np.random.default_rng(count).normal(size=(count, 2)).astype(np.float32)


def by_hand(inputs: np.ndarray) -> np.ndarray:
    arrays = {name: array.astype(float) for name, array in NETWORK.arrays(PARAMETERS).items()}
    a = np.tanh(inputs @ arrays["0.weight"] + arrays["0.bias"])
    a = np.maximum(a @ arrays["1.weight"] + arrays["1.bias"], 0)
    e = np.exp(a @ arrays["2.weight"] + arrays["2.bias"])
    return np.asarray(e / e.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("count", [0, 1, 2, 16, 17, 256, 257, 1000])
def test_any_number_of_points(count: int) -> None:
    outputs = predictor(NETWORK, PARAMETERS)(points(count))
    assert outputs.shape == (count, 3)
    assert outputs == pytest.approx(by_hand(points(count)), abs=1e-6)


@pytest.mark.parametrize("shape", [(3,), (2,), (5, 3), (5, 2, 1)])
def test_points_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        ValidationError, match=r"must be points of shape \[2\]; the shape of the array"
    ):
        predictor(NETWORK, PARAMETERS)(np.zeros(shape))


def test_many_threads_at_once_get_their_own_responses() -> None:
    predict = predictor(NETWORK, PARAMETERS)
    requested = [points(count) for count in range(1, 40)] * 20
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(predict, requested))
    for inputs, outputs in zip(requested, responses, strict=True):
        assert outputs == pytest.approx(by_hand(inputs), abs=1e-6)


def test_extreme_points_neither_warn_nor_give_nan() -> None:
    outputs = predictor(NETWORK, PARAMETERS)(np.full((2, 2), 1e6, np.float32))
    assert np.isfinite(outputs).all()
