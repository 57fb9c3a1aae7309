from __future__ import annotations

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network import Network
from trainlet.network.activations import Sigmoid, Tanh
from trainlet.network.initializers import Constant, Normal, Values
from trainlet.network.layers import Dense


def test_shapes_and_counts() -> None:
    network = Network((Dense(3, Tanh()), Dense(1)), (2,))
    assert network.shapes == ((3,), (1,))
    assert network.output_shape == (1,)
    assert network.parameter_count == 2 * 3 + 3 + 3 + 1
    assert network.trainable_count == network.parameter_count


def test_what_is_trained_comes_first() -> None:
    network = Network((Dense(3, trainable_bias=False), Dense(2), Dense(1, trainable=False)), (2,))
    assert [slot.name for slot in network.layout] == ["0.weight", "1.affine", "0.bias", "2.affine"]
    assert network.trainable_count == 2 * 3 + (3 + 1) * 2
    assert [slot.offset for slot in network.layout] == [0, 6, 14, 17]


def test_users_see_weights_as_inputs_by_units() -> None:
    network = Network((Dense(3, bias_initializer=Constant(0.5)),), (2,))
    arrays = network.arrays(network.initial(1))
    assert arrays["0.weight"].shape == (2, 3)
    assert arrays["0.bias"].tolist() == [0.5, 0.5, 0.5]
    assert all(array.flags.c_contiguous for array in arrays.values())


def test_arrays_pack_back_into_the_same_parameters() -> None:
    network = Network((Dense(3, trainable_bias=False), Dense(2, Sigmoid())), (4,))
    parameters = network.initial(9)
    assert network.flat(network.arrays(parameters)).tobytes() == parameters.tobytes()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"0.weight": None}, "#/0.weight"),
        ({"0.weight": np.zeros((3, 4), np.float32)}, "#/0.weight"),
        ({"0.bias": np.zeros(3)}, "#/0.bias"),
        ({"7.bias": np.zeros(3, np.float32)}, "#/7.bias"),
    ],
)
def test_arrays_that_do_not_fit_are_named(change: dict[str, np.ndarray | None], place: str) -> None:
    network = Network((Dense(3),), (4,))
    arrays = {**network.arrays(network.initial(0)), **change}
    with pytest.raises(ValidationError) as caught:
        network.flat({name: array for name, array in arrays.items() if array is not None})
    assert [error.pointer for error in caught.value.errors] == [place]


def test_the_seed_decides_the_first_values() -> None:
    network = Network((Dense(3), Dense(3)), (3,))
    assert network.initial(1).tobytes() == network.initial(1).tobytes()
    assert network.initial(1).tobytes() != network.initial(2).tobytes()
    arrays = network.arrays(network.initial(1))
    assert arrays["0.weight"].tolist() != arrays["1.weight"].tolist()


def test_a_layers_first_values_do_not_depend_on_the_layers_after_it() -> None:
    short, long = Network((Dense(3),), (2,)), Network((Dense(3), Dense(1)), (2,))
    one = short.arrays(short.initial(4))["0.weight"]
    assert one.tolist() == long.arrays(long.initial(4))["0.weight"].tolist()


def test_an_input_that_does_not_fit_is_reported_with_the_layer() -> None:
    with pytest.raises(ValidationError) as caught:
        Network((Dense(3),), (8, 8))
    assert caught.value.errors[0].pointer == "#/layers/0"


def test_values_of_another_shape_are_reported_with_their_place() -> None:
    initializer = Values(((1.0, 2.0),))
    with pytest.raises(ValidationError) as caught:
        Network((Dense(2), Dense(3, weight_initializer=initializer)), (2,))
    error = caught.value.errors[0]
    assert error.pointer == "#/layers/1/weight_initializer/values"
    assert "[2, 3]" in error.detail


def test_numbers_of_a_normal_distribution() -> None:
    network = Network((Dense(200, weight_initializer=Normal(1.0, 0.5)),), (200,), "float64")
    weights = network.arrays(network.initial(0))["0.weight"]
    assert weights.mean() == pytest.approx(1.0, abs=0.02)
    assert weights.std() == pytest.approx(0.5, abs=0.02)


def test_glorot_limits() -> None:
    network = Network((Dense(100),), (50,), "float64")
    weights = network.arrays(network.initial(0))["0.weight"]
    limit = np.sqrt(6 / 150)
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.98 * limit
    assert weights.std() == pytest.approx(limit / np.sqrt(3), rel=0.03)
