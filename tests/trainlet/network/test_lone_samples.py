"""Mini-batches of one sample with batch normalization, for which PyTorch raises too.

`torch.nn.functional.batch_norm` raises in training if batch × height × width is 1 ("Expected more
than 1 value per channel when training"), and accepts any input in evaluation mode.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from trainlet.config import from_json, to_json
from trainlet.errors import ValidationError
from trainlet.network import Data, Network, Training, first_repeats, fit, train_repeats
from trainlet.network.inspection import backpropagate
from trainlet.network.layers import (
    BatchNormalization,
    Dense,
    Flatten,
    Layer,
    LayerNormalization,
    Reshape,
)
from trainlet.network.losses import MeanSquaredError
from trainlet.spec import JobSpec, Limits, check, describe

ROW = [BatchNormalization(), Dense(1)]
PIXEL = [Reshape((1, 1, 4)), BatchNormalization(), Flatten(), Dense(1)]
IMAGE = [Reshape((2, 2, 1)), BatchNormalization(), Flatten(), Dense(1)]
FROZEN = [BatchNormalization(trainable=False), Dense(1)]
BY_LAYER = [LayerNormalization(), Dense(1)]

CASES = [
    # layers, samples, batch size, refused
    (ROW, 1, 32, True),
    (ROW, 5, 4, True),
    (ROW, 5, 1, True),
    (ROW, 2, 32, False),
    (ROW, 6, 4, False),
    (PIXEL, 5, 4, True),
    (PIXEL, 6, 4, False),
    (IMAGE, 5, 4, False),
    (IMAGE, 1, 1, False),
    (FROZEN, 5, 4, False),
    (FROZEN, 1, 1, False),
    (BY_LAYER, 5, 4, False),
]
cases = pytest.mark.parametrize(("layers", "samples", "size", "refused"), CASES)


def samples_of(count: int) -> Data:
    inputs = np.random.default_rng(1).normal(size=(count, 4))
    return Data(inputs, inputs[:, :1])


def training_of(size: int) -> Training:
    return Training(1, size, MeanSquaredError(), metrics=())


@cases
def test_the_library(layers: list[Layer], samples: int, size: int, refused: bool) -> None:
    network, training = Network(tuple(layers), (4,), "float64"), training_of(size)
    repeats = train_repeats(
        network, samples_of(samples), training, first_repeats(network, training, 2)
    )
    next(repeats)
    if refused:
        with pytest.raises(ValidationError, match="batch_size"):
            fit(network, samples_of(samples), training)
        with pytest.raises(ValidationError, match="batch_size"):
            repeats.send(9)
    else:
        assert np.isfinite(fit(network, samples_of(samples), training).parameters).all()
        with suppress(StopIteration):
            repeats.send(9)


@cases
def test_a_spec(layers: list[Layer], samples: int, size: int, refused: bool) -> None:
    rows = samples_of(samples)
    source = {
        "type": "inline",
        "inputs": np.asarray(rows.inputs).tolist(),
        "targets": rows.targets.ravel().tolist(),
    }
    document = {
        "architecture": {"layers": [to_json(layer) for layer in layers]},
        "dataset": {"source": source, "task": "regression"},
        "training": {"epochs": 1, "batch_size": size},
    }
    spec = from_json(JobSpec, document)
    limits = Limits(parameters=10**6, work=1e9, inline_values=10**6)
    result = check(spec, describe(spec, lambda _: b""), limits)
    expected = ["#/training/batch_size"] if refused else []
    assert [error.pointer for error in result if "batch_size" in error.pointer] == expected


@pytest.mark.parametrize(
    ("layers", "refused"),
    [(ROW, True), (PIXEL, True), (IMAGE, False), (FROZEN, False), (BY_LAYER, False)],
)
def test_one_sample_back(layers: list[Layer], refused: bool) -> None:
    network = Network(tuple(layers), (4,), "float64")
    rows = samples_of(1)
    inputs, loss = np.asarray(rows.inputs), MeanSquaredError()
    backpropagate(network, network.initial(0), inputs, rows.targets, loss)
    generator = np.random.default_rng(0)
    if refused:
        with pytest.raises(ValidationError, match="inputs"):
            backpropagate(network, network.initial(0), inputs, rows.targets, loss, generator)
    else:
        backpropagate(network, network.initial(0), inputs, rows.targets, loss, generator)
