from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trainlet.errors import DivergenceError
from trainlet.network import Data, Network, State, Training, first_state, fit, train
from trainlet.network.activations import Relu, Softmax, Tanh
from trainlet.network.blocks import BLOCK_BYTES, block_size, sample_bytes
from trainlet.network.layers import BatchNormalization, Convolution, Dense, Flatten, MaxPooling
from trainlet.network.losses import CategoricalCrossEntropy, Loss
from trainlet.network.optimizers import Adam, Sgd
from trainlet.network.regularizers import L1
from trainlet.network.training import Recording

LAYERS = (Convolution(3, activation=Tanh()), MaxPooling(), Flatten(), Dense(3, Softmax()))
NETWORK = Network(LAYERS, (6, 6, 2), "float64")
TRAINING = Training(3, 8, CategoricalCrossEntropy(), Sgd(0.2), seed=3)


def images(network: Network = NETWORK) -> Data:
    generator = np.random.default_rng(4)
    inputs = generator.normal(size=(21, 6, 6, 2)).astype(network.dtype)
    return Data(inputs, np.eye(3, dtype=network.dtype)[generator.integers(0, 3, 21)])


def in_blocks(
    monkeypatch: pytest.MonkeyPatch, samples: int, training: Training, network: Network = NETWORK
) -> State:
    cut(monkeypatch, samples, network)
    return fit(network, images(network), training)


def cut(monkeypatch: pytest.MonkeyPatch, samples: int, network: Network = NETWORK) -> None:
    monkeypatch.setattr("trainlet.network.blocks.BLOCK_BYTES", samples * sample_bytes(network))
    monkeypatch.setattr("trainlet.network.blocks.MIN_SAMPLES", 0)


@pytest.mark.parametrize("samples", [1, 3, 7])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"class_weights": "balanced"},
        {"optimizer": Adam(0.01), "clip_norm": 0.1, "regularization": L1(0.01)},
        {"record": Recording(diagnostics=True)},
    ],
)
def test_a_mini_batch_in_blocks_steps_as_it_does_in_one(
    monkeypatch: pytest.MonkeyPatch, samples: int, changes: dict[str, Any]
) -> None:
    training = replace(TRAINING, **changes)
    whole = fit(NETWORK, images(), training)
    parts = in_blocks(monkeypatch, samples, training)
    assert parts.parameters == pytest.approx(whole.parameters, rel=1e-12, abs=1e-14)
    assert parts.history.keys() == whole.history.keys()
    for name, series in parts.history.items():
        assert series == pytest.approx(whole.history[name], rel=1e-11), name


@pytest.mark.parametrize("loss", [kind() for kind in Loss.kinds.values() if not kind.takes_over])
def test_every_loss_is_the_sum_of_its_blocks(monkeypatch: pytest.MonkeyPatch, loss: Loss) -> None:
    training = replace(TRAINING, loss=loss)
    whole = fit(NETWORK, images(), training)
    parts = in_blocks(monkeypatch, 3, training)
    assert parts.parameters == pytest.approx(whole.parameters, rel=1e-12, abs=1e-14)
    assert parts.history["loss"] == pytest.approx(whole.history["loss"], rel=1e-12)


def test_divergence_is_found_in_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    data = images()
    np.asarray(data.inputs)[7] = np.inf
    training = replace(TRAINING, shuffle=False)
    first = first_state(NETWORK, training)
    cut(monkeypatch, 3)
    run = train(NETWORK, data, training, first)
    next(run)
    with pytest.raises(DivergenceError) as caught:
        run.send(1)
    assert (caught.value.epoch, caught.value.step, caught.value.layer) == (0, 0, 0)
    assert np.array_equal(first.parameters, NETWORK.initial(training.seed))


def test_blocks_are_even_and_as_large_as_memory_near_the_processor() -> None:
    network = Network((Convolution(8, activation=Relu()), Flatten(), Dense(1)), (28, 28, 1))
    most = BLOCK_BYTES // sample_bytes(network)
    assert block_size(network, most) == most
    assert block_size(network, most + 1) == (most + 2) // 2
    assert block_size(network, 10 * most) == most


def test_what_looks_at_the_whole_mini_batch_or_has_many_parameters_is_not_cut() -> None:
    layers = (Convolution(8), BatchNormalization(), Flatten(), Dense(1))
    assert block_size(Network(layers, (28, 28, 1)), 1000) == 1000
    assert block_size(Network((Dense(1000), Dense(1000)), (1000,)), 10_000) == 10_000
