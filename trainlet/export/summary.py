"""Network summary: layers with output shapes and parameter counts."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from trainlet.network import Network
from trainlet.network.layers import Layer


def summary(network: Network) -> dict[str, Any]:
    """Return layers, output shapes, numbers of all and of trained parameters, and bytes."""
    entering = (network.input_shape, *network.shapes)
    layers = [
        _layer(index, layer, entering[index], entering[index + 1])
        for index, layer in enumerate(network.layers)
    ]
    return {
        "dtype": network.dtype,
        "input_shape": list(network.input_shape),
        "layers": layers,
        "parameters": network.parameter_count,
        "trainable_parameters": network.trainable_count,
        "bytes": network.parameter_count * np.dtype(network.dtype).itemsize,
    }


def _layer(
    index: int, layer: Layer, entering: tuple[int, ...], leaving: tuple[int, ...]
) -> dict[str, Any]:
    declared = layer.declare(entering)
    activation = getattr(layer, "activation", None)
    return {
        "index": index,
        "type": layer.kind,
        "activation": None if activation is None else activation.kind,
        "output_shape": list(leaving),
        "parameters": sum(prod(one.shape) for one in declared),
        "trainable_parameters": sum(prod(one.shape) for one in declared if one.trainable),
        "arrays": {
            part.name: list(part.shape) for declaration in declared for part in declaration.parts
        },
    }
