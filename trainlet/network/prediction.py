"""Prediction: a network with its parameters as a function, safe to call from many threads."""

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
"""Numbers of samples that plans are made for; a call takes the smallest that holds its points."""

BLOCK = SIZES[-1]
"""Points that go through at once where there are many."""


def predictor(network: Network, parameters: Array) -> Callable[[Array], Array]:
    """Hand out outputs (n, *output_shape) = f(points (n, *input_shape)), in the network's dtype.

    Points go through in blocks of one of SIZES, the last one padded. The last bits of an answer
    can depend on the size of its block, for the order of summation in a product does. Raises
    ValidationError for points of another shape.
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
    """Bytes that predicting takes besides the parameters, for one plan of each of SIZES."""
    return sum(SIZES) * sample_bytes(network)
