"""Default hyperparameters, on which users and stored specs rely.

The numbers are PyTorch 2's, where it has them. Its normalization states the new fraction, 0.1,
instead of the kept one. The exceptions are the learning rates of SGD and RMSprop, which are Keras
3's, and RMSprop's ρ, which is that of Hinton's lecture 6.5.
"""

from __future__ import annotations

from typing import Any

import pytest

from trainlet.config import Configuration
from trainlet.network import Network
from trainlet.network.activations import Elu, LeakyRelu
from trainlet.network.layers import (
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    LayerNormalization,
    MaxPooling,
)
from trainlet.network.losses import Huber
from trainlet.network.optimizers import Adagrad, Adam, AdamW, RmsProp, Sgd

ADAM = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
AFFINE = {"use_bias": True, "trainable": True, "trainable_bias": True}

EXPECTED: list[tuple[Configuration, dict[str, Any]]] = [
    (Sgd(), {"learning_rate": 0.01, "momentum": 0, "nesterov": False, "slots": 0}),
    (Sgd(momentum=0.5), {"slots": 1}),
    (Adagrad(), {"learning_rate": 0.01, "epsilon": 1e-10, "slots": 1}),
    (RmsProp(), {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-8, "slots": 1}),
    (Adam(), {**ADAM, "slots": 2}),
    (AdamW(), {**ADAM, "weight_decay": 0.01, "slots": 2}),
    (Elu(), {"alpha": 1}),
    (LeakyRelu(), {"negative_slope": 0.01}),
    (Huber(), {"delta": 1}),
    (Dense(2), AFFINE),
    (Convolution(2), {**AFFINE, "kernel_size": 3, "stride": 1, "padding": "valid", "dilation": 1}),
    (MaxPooling(), {"pool_size": 2, "stride": None}),
    (AveragePooling(), {"pool_size": 2, "stride": None}),
    (Dropout(), {"rate": 0.5}),
    (BatchNormalization(), {"momentum": 0.9, "epsilon": 1e-5, "trainable": True}),
    (LayerNormalization(), {"epsilon": 1e-5, "trainable": True}),
]


@pytest.mark.parametrize(("default", "expected"), EXPECTED, ids=lambda each: type(each).__name__)
def test_defaults(default: Configuration, expected: dict[str, Any]) -> None:
    assert {name: getattr(default, name) for name in expected} == expected


def test_normalization_begins_with_what_changes_nothing() -> None:
    for layer in (BatchNormalization(), LayerNormalization()):
        network = Network((layer,), (3,))
        arrays = network.arrays(network.initial(0))
        assert arrays["0.scale"].tolist() == [1, 1, 1]
        assert arrays["0.offset"].tolist() == [0, 0, 0]
