"""Sizes of the blocks of samples whose buffers fit into the processor's caches."""

from __future__ import annotations

from math import ceil, prod

import numpy as np

from trainlet.network.layers import Convolution
from trainlet.network.network import Network

BLOCK_BYTES = 1 << 23
"""Maximum size of a block's buffers in bytes.

With four times as much, the small convolutional network of the benchmarks is 20 % slower, because
no array is still cached when it is read again. With half as much it is 12 % slower, because NumPy
processes shorter contiguous runs.
"""

MIN_SAMPLES = 16
"""Networks whose parameters take more than BLOCK_BYTES / MIN_SAMPLES are not split into blocks,
because summing the gradients of the blocks would cost too much."""


def sample_bytes(network: Network) -> int:
    """Estimate the bytes of one sample's buffers; for prediction this is an upper bound.

    A layer has about four arrays of the size of its output; a convolution also has its windows.
    """
    shapes = (network.input_shape, *network.shapes)
    numbers = sum(4 * prod(shape) for shape in shapes)
    for layer, entering, leaving in zip(network.layers, shapes, network.shapes, strict=False):
        if isinstance(layer, Convolution):
            numbers += prod(leaving[:2]) * layer.kernel_size**2 * entering[-1]
            numbers += prod(layer.windows(*entering[:2]).padded) * entering[-1]
    return numbers * np.dtype(network.dtype).itemsize


def fitting(network: Network, samples: int) -> int:
    """Return the size of equal blocks of `samples` that fit into BLOCK_BYTES."""
    most = max(1, BLOCK_BYTES // sample_bytes(network))
    return ceil(samples / ceil(samples / most))


def block_size(network: Network, batch: int) -> int:
    """Return the number of samples per block of a mini-batch in training.

    It is the whole mini-batch if a layer needs all its samples or if there are many parameters.
    """
    parameter_bytes = network.parameter_count * np.dtype(network.dtype).itemsize
    if (
        any(layer.whole_batch for layer in network.layers)
        or parameter_bytes * MIN_SAMPLES > BLOCK_BYTES
    ):
        return batch
    return fitting(network, batch)
