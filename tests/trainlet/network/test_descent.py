"""Large gradients are subtracted in place with the same result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trainlet.network import Data, Network, Recording, State, Training, first_state, fit, tape
from trainlet.network.activations import Relu, Sigmoid
from trainlet.network.layers import (
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
from trainlet.network.optimizers import Adam, Optimizer, Sgd
from trainlet.network.regularizers import L2
from trainlet.network.trainer import Trainer

HIDDEN: list[tuple[Layer, ...]] = [
    (),
    (Dense(6, Sigmoid()),),
    (Dense(6, use_bias=False), Dense(5, Relu(), trainable_bias=False)),
    (Dense(6), BatchNormalization(), Dense(5, trainable=False)),
    (Dense(6), LayerNormalization(), Dropout(0.3), Dense(5, Relu())),
    (Reshape((3, 4, 1)), Convolution(2, 2, padding="same", activation=Relu()), Flatten()),
    (Reshape((3, 4, 1)), Convolution(2, 3, padding="same"), MaxPooling(), Flatten(), Dense(3)),
    (Reshape((3, 4, 1)), Convolution(2, 2), GlobalAveragePooling()),
]


def trained(network: Network, **options: Any) -> State:
    generator = np.random.default_rng(3)
    inputs = generator.normal(size=(10, *network.input_shape))
    data = Data(inputs, generator.normal(size=(10, *network.output_shape)))
    choices: dict[str, Any] = {"optimizer": Sgd(0.05), **options}
    return fit(network, data, Training(5, 4, MeanSquaredError(), **choices))


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("options", [{}, {"max_norm": 0.7}])
def test_stored_or_not_a_gradient_does_the_same(
    hidden: tuple[Layer, ...], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, result = Network((*hidden, Dense(2)), (12,), "float64"), []
    for large in (0, 1 << 40):
        monkeypatch.setattr(tape, "LARGE_BYTES", large)
        result.append(trained(network, **options).parameters)
    assert result[0] == pytest.approx(result[1], rel=1e-11, abs=1e-13)
    assert result[0] != pytest.approx(network.initial(0), rel=1e-3)


def test_who_looks_at_gradients_learns_the_same_and_sees_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network((Dense(6, Sigmoid()), Dense(2)), (12,), "float64")
    looks = {"record": Recording(diagnostics=True)}
    whole = trained(network, **looks)
    monkeypatch.setattr(tape, "LARGE_BYTES", 100)
    plain, looked = trained(network), trained(network, **looks)
    assert plain.parameters.tobytes() == looked.parameters.tobytes()
    for name, values in looked.history.items():
        assert values == pytest.approx(whole.history[name], rel=1e-10), name


@pytest.mark.parametrize("optimizer", [Sgd(0.1), Sgd(0.1, momentum=0.5), Adam()])
def test_a_network_that_holds_everything_fixed_stays_as_it_is(optimizer: Optimizer) -> None:
    network = Network((Dense(2, trainable=False),), (12,), "float64")
    state = trained(network, optimizer=optimizer)
    assert state.epoch == 5
    assert state.parameters.tolist() == network.initial(0).tolist()


CHANGED: list[dict[str, Any]] = [
    {"optimizer": Adam()},
    {"optimizer": Sgd(momentum=0.5)},
    {"clip_value": 1.0},
    {"clip_norm": 1.0},
    {"regularization": L2(0.1)},
]


@pytest.mark.parametrize("options", [{}, *CHANGED])
def test_what_changes_a_gradient_before_it_is_used_has_it_stored(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "LARGE_BYTES", 100)
    network = Network((Dense(6), Dense(1)), (12,), "float64")
    choices: dict[str, Any] = {"optimizer": Sgd(0.05), **options}
    training = Training(1, 4, MeanSquaredError(), **choices)
    data = Data(np.ones((4, 12)), np.ones((4, 1)))
    run = Trainer(network, data, training, first_state(network, training), None)
    (batch,) = run.batches.of(0, 0)
    notes = batch.blocks[0][0].tape.notes
    written = [note.out.shape for note in notes if note.operation == "subtract_dot"]
    assert written == ([] if options else [(13, 6)])
