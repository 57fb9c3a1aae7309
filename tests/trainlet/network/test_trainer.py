from __future__ import annotations

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network import Data, Decision, Network, State, Training, first_state, fit, train
from trainlet.network.activations import Relu, Softmax
from trainlet.network.class_weights import sample_weights
from trainlet.network.layers import (
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPooling,
)
from trainlet.network.losses import BinaryCrossEntropy, CategoricalCrossEntropy
from trainlet.network.optimizers import Sgd


def test_given_weights_stand_in_the_order_of_the_labels() -> None:
    one = np.array([[0.0], [1.0], [1.0]])
    assert sample_weights((2.0, 5.0), one, Decision()).tolist() == [2, 5, 5]
    several = np.eye(3)[[2, 0, 1]]
    assert sample_weights((1.0, 2.0, 3.0), several, Decision()).tolist() == [3, 1, 2]


def test_balanced_weights_give_every_label_the_same_share() -> None:
    targets = np.eye(3)[[0, 0, 0, 1, 2, 2]]
    weights = sample_weights("balanced", targets, Decision())
    assert (weights[:, None] * targets).sum(axis=0) == pytest.approx([2, 2, 2])
    one = np.array([[1.0], [0.0], [0.0], [0.0]])
    assert sample_weights("balanced", one, Decision()).tolist() == pytest.approx(
        [2, 2 / 3, 2 / 3, 2 / 3]
    )


def test_a_weighted_sample_counts_as_often_as_its_weight() -> None:
    network = Network((Dense(2, Softmax()),), (2,), "float64")
    inputs = np.random.default_rng(0).normal(size=(3, 2))
    labels = [0, 1, 1]
    weighted = fit(
        network,
        Data(inputs, np.eye(2)[labels]),
        Training(
            1, 3, CategoricalCrossEntropy(), Sgd(0.1), class_weights=(2.0, 1.0), shuffle=False
        ),
    )
    repeated = fit(
        network,
        Data(inputs[[0, 0, 1, 2]], np.eye(2)[[0, 0, 1, 1]]),
        Training(1, 4, CategoricalCrossEntropy(), Sgd(0.1 * 4 / 3), shuffle=False),
    )
    assert weighted.parameters == pytest.approx(repeated.parameters, abs=1e-14)


IMAGES = Network(
    (
        Convolution(3, 3, padding="same"),
        BatchNormalization(),
        MaxPooling(),
        Flatten(),
        Dropout(0.3),
        Dense(8, Relu()),
        Dense(3, Softmax()),
    ),
    (6, 6, 2),
)


def images(count: int = 11) -> Data:
    generator = np.random.default_rng(4)
    inputs = generator.normal(size=(count, 6, 6, 2)).astype(np.float32)
    return Data(inputs, np.eye(3, dtype=np.float32)[generator.integers(0, 3, count)])


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_random_layers_and_running_values_go_on_where_they_were_left(cut: int) -> None:
    training = Training(3, 4, CategoricalCrossEntropy(), Sgd(0.05, momentum=0.9))
    undisturbed = fit(IMAGES, images(), training)
    state = first_state(IMAGES, training)
    run = train(IMAGES, images(), training, state)
    next(run)
    run.send(cut)
    run.close()
    state = State.restore(state.arrays(), state.counters())
    again = train(IMAGES, images(), training, state)
    next(again)
    with pytest.raises(StopIteration):
        again.send(1000)
    assert state.parameters.tobytes() == undisturbed.parameters.tobytes()
    assert state.history == undisturbed.history


def test_it_learns_images() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 60)
    inputs = generator.normal(scale=0.3, size=(60, 6, 6, 2)).astype(np.float32)
    for sample, label in enumerate(labels):
        inputs[sample, label : label + 2, :, 0] += 1
    training = Training(20, 8, CategoricalCrossEntropy(), Sgd(0.05, momentum=0.9))
    state = fit(IMAGES, Data(inputs, np.eye(3, dtype=np.float32)[labels]), training)
    assert state.history["loss"][-1] < 0.3 * state.history["loss"][0]


@pytest.mark.parametrize(
    ("inputs", "targets", "pointers"),
    [
        ((0, 6, 6, 2), (0, 3), ["#/inputs", "#/targets"]),
        ((5, 6, 6), (5, 3), ["#/inputs"]),
        ((5, 6, 6, 2), (5,), ["#/targets"]),
        ((5, 6, 6, 2), (4, 3), ["#/targets"]),
    ],
)
def test_samples_that_do_not_fit_the_network_are_refused(
    inputs: tuple[int, ...], targets: tuple[int, ...], pointers: list[str]
) -> None:
    wrong = Data(np.zeros(inputs), np.full(targets, 1 / 3))
    training = Training(1, 4, CategoricalCrossEntropy(), Sgd(0.05))
    with pytest.raises(ValidationError) as caught:
        fit(IMAGES, wrong, training)
    assert [error.pointer for error in caught.value.errors] == pointers
    with pytest.raises(ValidationError) as caught:
        fit(IMAGES, images(), training, wrong)
    assert [error.pointer for error in caught.value.errors] == [
        pointer.replace("#", "#/validation") for pointer in pointers
    ]


def test_a_loss_must_be_named_and_fit_the_output() -> None:
    with pytest.raises(ValidationError, match="must be mse or half_squared_error"):
        fit(IMAGES, images(), Training(1))
    with pytest.raises(ValidationError, match="binary_cross_entropy needs sigmoid at the output"):
        fit(IMAGES, images(), Training(1, loss=BinaryCrossEntropy()))
