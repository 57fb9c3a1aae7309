from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trainlet.network import Data, Network, Recording, State, Training, fit
from trainlet.network.activations import Linear, Relu, Sigmoid, Tanh
from trainlet.network.blocks import sample_bytes
from trainlet.network.initializers import Constant, Normal
from trainlet.network.layers import Dense, Layer
from trainlet.network.losses import BinaryCrossEntropy, MeanSquaredError
from trainlet.network.metrics import Accuracy
from trainlet.network.optimizers import Sgd

TRAINING = Training(
    10,
    10,
    BinaryCrossEntropy(),
    Sgd(0.01),
    metrics=(Accuracy(),),
    record=Recording(diagnostics=True),
)


def data() -> Data:
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(60, 2))
    return Data(inputs, (inputs[:, :1] > 0.5).astype(float))


def run(*layers: Layer, **changes: Any) -> State:
    network = Network((*layers, Dense(1, Sigmoid())), (2,), "float64")
    return fit(network, data(), replace(TRAINING, **changes))


def kinds(state: State) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.layer) for finding in state.findings]


def test_dead_units_are_named_with_the_layer_and_a_way_out() -> None:
    state = run(Dense(8, Relu(), bias_initializer=Constant(-100.0)))
    assert ("dead_units", 0) in kinds(state)
    finding = state.findings[0]
    assert finding.value == 1.0
    assert finding.field == "/architecture/layers/0/activation"
    assert "leaky_relu" in finding.detail
    assert state.history["layer_0_dead"] == [1.0] * 10


@pytest.mark.parametrize("activation", [Sigmoid(), Tanh()])
def test_saturation_is_named_when_nothing_is_learned(activation: Any) -> None:
    wide = Dense(8, activation, weight_initializer=Normal(stddev=1000.0))
    state = run(wide, optimizer=Sgd(1e-6))
    assert ("saturated", 0) in kinds(state)
    assert state.history["layer_0_saturated"][0] > 0.9


def test_a_network_stuck_at_the_majority_is_reported() -> None:
    silent = Dense(4, Tanh(), trainable=False, weight_initializer=Constant(0.0))
    state = run(silent, optimizer=Sgd(0.5))
    assert ("majority", None) in kinds(state)
    finding = state.findings[-1]
    labels = data().targets
    assert finding.value == max(labels.mean(), 1 - labels.mean())


def test_a_plateau_is_reported() -> None:
    state = run(
        Dense(4, Tanh()),
        loss=MeanSquaredError(),
        metrics=(),
        optimizer=Sgd(1e-9),
    )
    assert kinds(state) == [("plateau", None)]


def test_norms_that_explode_are_reported() -> None:
    network = Network((Dense(4, Linear()), Dense(1, Linear())), (2,), "float64")
    growing = replace(TRAINING, epochs=8, loss=MeanSquaredError(), metrics=(), clip_value=10.0)
    state = fit(network, data(), replace(growing, optimizer=Sgd(1.0)))
    results = {finding.kind: finding for finding in state.findings}
    finding = results["exploding"]
    norms = state.history[f"layer_{finding.layer}_gradient_norm"]
    assert finding.value > 10
    assert finding.field == "/training/clip_norm"
    assert finding.message.endswith("(#/training/clip_norm)")
    assert norms[-1] > 0


def test_one_that_learns_is_left_alone() -> None:
    state = run(Dense(8, Tanh()), optimizer=Sgd(1.0), epochs=40)
    assert state.history["loss"][-1] < 0.3
    assert state.findings == []


def test_findings_are_reported_once() -> None:
    state = run(Dense(8, Relu(), bias_initializer=Constant(-100.0)), epochs=60)
    assert len(kinds(state)) == len(set(kinds(state)))


def test_norms_of_weights_gradients_and_updates() -> None:
    state = run(Dense(8, Tanh()), epochs=1, batch_size=60)
    network = Network((Dense(8, Tanh()), Dense(1, Sigmoid())), (2,), "float64")
    arrays = network.arrays(state.parameters)
    squares = sum(float(np.square(arrays[f"0.{name}"]).sum()) for name in ("weight", "bias"))
    assert state.history["layer_0_weight_norm"] == [pytest.approx(squares**0.5)]
    update, gradient = (state.history[f"layer_0_{n}_norm"][0] for n in ("update", "gradient"))
    assert update == pytest.approx(0.01 * gradient)


@pytest.mark.parametrize("activation", [Relu(), Sigmoid()])
def test_samples_are_looked_at_in_blocks_as_they_are_at_once(
    monkeypatch: pytest.MonkeyPatch, activation: Any
) -> None:
    layer = Dense(
        8, activation, weight_initializer=Normal(0.0, 1.0), bias_initializer=Normal(0.0, 6.0)
    )
    whole = run(layer, epochs=1)
    network = Network((layer, Dense(1, Sigmoid())), (2,), "float64")
    monkeypatch.setattr("trainlet.network.blocks.BLOCK_BYTES", 20 * sample_bytes(network))
    monkeypatch.setattr("trainlet.network.blocks.MIN_SAMPLES", 10**9)
    parts = run(layer, epochs=1)
    assert parts.history.keys() == whole.history.keys()
    assert all(parts.history[name] == pytest.approx(whole.history[name]) for name in parts.history)
    share = whole.history["layer_0_dead" if activation == Relu() else "layer_0_saturated"]
    assert 0 < share[0] < 1


def test_diagnostics_do_not_change_what_is_learned() -> None:
    with_them, without = run(Dense(8, Tanh())), run(Dense(8, Tanh()), record=Recording())
    assert with_them.parameters.tobytes() == without.parameters.tobytes()
    assert list(without.history) == ["loss"]
