from __future__ import annotations

import numpy as np
import pytest

from trainlet.network import Network, plan, replay
from trainlet.network.activations import Tanh
from trainlet.network.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Flatten,
    Layer,
    LayerNormalization,
    Reshape,
)
from trainlet.network.losses import MeanSquaredError
from trainlet.network.planning import Tracing

FIRST: list[tuple[Layer, ...]] = [
    (Dense(3, Tanh()),),
    (Dense(3, use_bias=False),),
    (Dense(3, trainable_bias=False),),
    (BatchNormalization(), Dense(3)),
    (LayerNormalization(), Dense(3)),
    (ActivationLayer(Tanh()), Dense(3)),
    (Flatten(), Dense(3)),
    (Reshape((2, 6, 1)), Convolution(2, 2), Flatten()),
    (Reshape((2, 2, 3)), Flatten(), Dense(3)),
]


@pytest.mark.parametrize("layers", FIRST)
@pytest.mark.parametrize("samples", [1, 5])
def test_inputs_lie_as_rows_or_as_columns_and_nothing_differs(
    layers: tuple[Layer, ...], samples: int
) -> None:
    network = Network(layers, (12,), "float64")
    generator = np.random.default_rng(2)
    points = generator.normal(size=(samples, 12))
    targets = generator.normal(size=(samples, *network.output_shape))
    results = []
    for columns in (False, True):
        gradient = np.zeros(network.trainable_count)
        tracing = Tracing(gradient, np.random.default_rng(1), columns)
        own = plan(network, network.initial(1), samples, MeanSquaredError(), tracing)
        assert own.inputs.flags.c_contiguous == (columns or samples == 1)
        own.inputs[...] = points.T
        own.targets[...] = np.swapaxes(targets, 0, -1)
        replay(own.forward + own.backward)
        results.append((own.outputs.copy(), own.loss.copy(), gradient))
    for rows, columns_ in zip(*results, strict=True):
        assert rows == pytest.approx(columns_, rel=1e-13, abs=1e-14)
