"""Thread-safe prediction with a network and its parameters."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from trainlet.errors import FieldError, ValidationError
from trainlet.network.arrays import Array
from trainlet.network.blocks import sample_bytes
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.tape import replay, turn

SIZES = (1, 16, 256)
"""Batch sizes of the plans; a call uses the smallest one that fits its points."""

BLOCK = SIZES[-1]
"""Maximum number of points per replay."""


def predictor(network: Network, parameters: Array) -> Callable[[Array], Array]:
    """Return the function outputs (n, *output_shape) = f(points (n, *input_shape)).

    Outputs have the dtype of the network. Points are processed in blocks of one of SIZES, and the
    last block is padded. The last bits of an output can depend on the size of its block, because
    the order of summation in a matrix product does.

    The function raises:
        ValidationError: the points have another shape.
    """
    idle: dict[int, deque[Plan]] = {size: deque() for size in SIZES}

    def predict(points: Array) -> Array:
        if points.shape[1:] != network.input_shape:
            allowed = f"points of shape {list(network.input_shape)}"
            actual = list(points.shape)
            detail = f"must be {allowed}; the shape of the array is {actual}"
            raise ValidationError([FieldError((), actual, allowed, detail)])
        outputs = np.empty((len(points), *network.output_shape), network.dtype)
        size = next((size for size in SIZES if len(points) <= size), BLOCK)
        try:
            own = idle[size].pop()
        except IndexError:
            own = plan(network, parameters, size)
        with np.errstate(all="ignore"):
            for start in range(0, len(points), size):
                block = points[start : start + size]
                own.inputs[..., : len(block)] = turn(block)
                replay(own.forward)
                outputs[start : start + size] = turn(own.outputs)[: len(block)]
        idle[size].append(own)
        return outputs

    return predict


def workspace(network: Network) -> int:
    """Return the memory of one plan per size of SIZES in bytes, without the parameters."""
    return sum(SIZES) * sample_bytes(network)
