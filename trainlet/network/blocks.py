"""Blocks: samples that go through a network together, as many as the processor's caches hold."""

from __future__ import annotations

from math import ceil, prod

import numpy as np

from trainlet.network.layers import Convolution
from trainlet.network.network import Network

BLOCK_BYTES = 1 << 23
"""What the buffers of a block take at most.

With four times as much, the small convolutional network of the benchmarks is a fifth slower, for
every array has left the caches when it is read again; with half as much it is an eighth slower, for
the runs of memory that numpy goes through get short.
"""

MIN_SAMPLES = 16
"""The parameters of a network that goes in blocks take at most BLOCK_BYTES / FEW, so that adding
the gradients of the blocks up costs next to nothing."""


def sample_bytes(network: Network) -> int:
    """Bytes of the buffers of one sample: an estimate, for prediction from above.

    A layer holds about four arrays of its output's size, and a convolution its windows.
    """
    shapes = (network.input_shape, *network.shapes)
    numbers = sum(4 * prod(shape) for shape in shapes)
    for layer, entering, leaving in zip(network.layers, shapes, network.shapes, strict=False):
        if isinstance(layer, Convolution):
            numbers += prod(leaving[:2]) * layer.kernel_size**2 * entering[-1]
            numbers += prod(layer.windows(*entering[:2]).padded) * entering[-1]
    return numbers * np.dtype(network.dtype).itemsize


def fitting(network: Network, samples: int) -> int:
    """Tell in blocks of how many samples so many go through: of even sizes, each of which fits."""
    most = max(1, BLOCK_BYTES // sample_bytes(network))
    return ceil(samples / ceil(samples / most))


def block_size(network: Network, batch: int) -> int:
    """Tell in blocks of how many samples a mini-batch is trained.

    Of all where a layer looks at the whole mini-batch or where the parameters are many.
    """
    parameter_bytes = network.parameter_count * np.dtype(network.dtype).itemsize
    if (
        any(layer.whole_batch for layer in network.layers)
        or parameter_bytes * MIN_SAMPLES > BLOCK_BYTES
    ):
        return batch
    return fitting(network, batch)
