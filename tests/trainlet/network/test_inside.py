"""Inspection, layer by layer, against PyTorch's autograd for the same networks.

tests/golden/ contains the cases and the program that ran PyTorch.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.golden import layers, trajectories
from tests.golden.layer_cases import LAYER_CASES
from tests.trainlet.network.test_trajectories import by_name, near
from trainlet.config import from_json
from trainlet.network import Network
from trainlet.network.inspection import backpropagate
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss

GRADIENTS = {"dC/dw": "weight", "dC/db": "bias", "dC/dscale": "scale", "dC/doffset": "offset"}


@pytest.mark.parametrize("name", LAYER_CASES)
def test_every_number_equals_pytorch(name: str) -> None:
    case, golden, start = (
        LAYER_CASES[name],
        layers.read(name),
        trajectories.read(name, LAYER_CASES[name]),
    )
    network = Network(
        tuple(from_json(Layer, spec) for spec in case.layers), start.inputs.shape[1:], "float64"
    )
    backward = backpropagate(
        network,
        network.flat(by_name(network, start.parameters[0])),
        start.inputs[: layers.SEEN],
        start.targets[: layers.SEEN],
        from_json(Loss, case.loss),
        np.random.Generator(np.random.PCG64(case.masks)),
    )
    results = {}
    for layer in backward.layers:
        for symbol, array in layer.numbers.items():
            word = {"y": "z"}.get(symbol, symbol)
            if symbol in GRADIENTS:
                word = f"{GRADIENTS[symbol]}.gradient"
            if symbol != "a":
                results[f"{layer.index}.{word}"] = array
    assert sorted(results) == sorted(golden)
    for place, array in results.items():
        assert array == near(golden[place]), place
