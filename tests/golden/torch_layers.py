"""Layers in PyTorch, from a spec's JSON form, in float64.

Samples are (samples, units) or (samples, height, width, channels), as in trainlet's API. PyTorch's
functions take the channels second, so samples are transposed. Where PyTorch's definition differs
from trainlet's, a comment explains how the two were made equal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from tests.golden.torch_activations import Spec, Tensor, activate


class Arrays:
    """Parameters, drawn when a layer first uses them, and which of them are trained."""

    def __init__(self, seed: int) -> None:
        self.named: dict[str, Tensor] = {}
        self.scope = ""
        self._first: dict[str, Tensor] = {}
        self._generator = torch.Generator().manual_seed(seed)

    def get(self, name: str, shape: tuple[int, ...], around: float, trained: bool) -> Tensor:
        full = f"{self.scope}.{name}"
        if full not in self.named:
            draw = torch.rand(shape, generator=self._generator, dtype=torch.float64)
            self._first[full] = around - 0.5 + draw
            self.named[full] = self._first[full].clone().requires_grad_(trained)
        return self.named[full]

    def start_again(self) -> None:
        """Go back to the first values: batch normalization changes its own in a forward pass."""
        for name, first in self._first.items():
            self.named[name].data.copy_(first)

    def trained(self, kind: str = "") -> list[Tensor]:
        """Return the trained parameters whose name ends in `kind`."""
        return [
            array
            for name, array in self.named.items()
            if array.requires_grad and name.endswith(kind)
        ]

    def flat(self) -> Tensor:
        """All numbers in one row, the arrays in the order of their names."""
        return torch.cat([self.named[name].detach().reshape(-1) for name in sorted(self.named)])


class Masks:
    """Dropout masks from NumPy's PCG64: (channels, …, samples) numbers per layer in order.

    PyTorch draws different numbers, so it gets trainlet's masks.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def kept(self, x: Tensor, rate: float) -> Tensor:
        turned = self._generator.random(x.transpose(0, -1).shape)
        return torch.from_numpy(turned >= rate).transpose(0, -1).double() / (1 - rate)


def forward(
    layers: tuple[Spec, ...],
    arrays: Arrays,
    masks: Masks,
    x: Tensor,
    keep: Callable[[Tensor], None] = lambda z: None,
) -> tuple[Tensor, Spec]:
    """Compute the last layer's pre-activation, and return its activation, which losses may fuse.

    `keep` receives each layer's pre-activation.
    """
    for index, spec in enumerate(layers):
        arrays.scope = str(index)
        x = LAYERS[spec["type"]](spec, arrays, masks, x)
        keep(x)
        if index < len(layers) - 1 and "activation" in spec:
            x = activate(spec["activation"], x)
    last: Spec = layers[-1]["activation"]
    return x, last


def dense(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    weight, bias = _affine(spec, arrays, (x.shape[1], spec["units"]))
    return functional.linear(x, weight.T, bias)


def conv2d(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    """Pad by TensorFlow's rule: PyTorch's padding `same` does not support a stride."""
    size, stride, dilation = spec["kernel_size"], spec["stride"], spec["dilation"]
    weight, bias = _affine(spec, arrays, (size, size, x.shape[-1], spec["filters"]))
    image = _channels_second(x)
    if spec["padding"] == "same":
        top, bottom = _zeros(x.shape[1], size, stride, dilation)
        left, right = _zeros(x.shape[2], size, stride, dilation)
        image = functional.pad(image, (left, right, top, bottom))
    kernel = weight.permute(3, 2, 0, 1)
    return _channels_last(functional.conv2d(image, kernel, bias, stride, dilation=dilation))


def _zeros(length: int, size: int, stride: int, dilation: int) -> tuple[int, int]:
    """⌈length / stride⌉ windows need so many zeros; an odd one comes last."""
    windows = -(-length // stride)
    total = max((windows - 1) * stride + (size - 1) * dilation + 1 - length, 0)
    return total // 2, total - total // 2


def _affine(spec: Spec, arrays: Arrays, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    trained = spec.get("trainable", True)
    weight = arrays.get("weight", shape, 0.0, trained)
    if not spec.get("use_bias", True):
        return weight, None
    return weight, arrays.get("bias", shape[-1:], 0.0, trained and spec.get("trainable_bias", True))


def max_pool2d(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    size, stride = spec["pool_size"], spec["stride"]
    return _channels_last(functional.max_pool2d(_channels_second(x), size, stride))


def average_pool2d(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    size, stride = spec["pool_size"], spec["stride"]
    return _channels_last(functional.avg_pool2d(_channels_second(x), size, stride))


def batch_normalization(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    """Normalize a batch. PyTorch's momentum is the new fraction, trainlet's the kept fraction.

    A frozen layer normalizes with its running statistics, as PyTorch does in evaluation mode.
    """
    trained = spec.get("trainable", True)
    scale, offset = _scale_and_offset(spec, arrays, x)
    mean = arrays.get("running_mean", x.shape[-1:], 0.0, trained=False)
    variance = arrays.get("running_variance", x.shape[-1:], 1.0, trained=False)
    new, epsilon = 1 - spec["momentum"], spec["epsilon"]
    y = functional.batch_norm(
        _channels_second(x), mean, variance, scale, offset, trained, new, epsilon
    )
    return _channels_last(y)


def layer_normalization(spec: Spec, arrays: Arrays, masks: Masks, x: Tensor) -> Tensor:
    """Over all numbers of a sample, scaled by channel: PyTorch's GroupNorm with one group."""
    scale, offset = _scale_and_offset(spec, arrays, x)
    y = functional.group_norm(_channels_second(x), 1, scale, offset, spec["epsilon"])
    return _channels_last(y)


def _scale_and_offset(spec: Spec, arrays: Arrays, x: Tensor) -> tuple[Tensor, Tensor]:
    trained = spec.get("trainable", True)
    return (
        arrays.get("scale", x.shape[-1:], 1.0, trained),
        arrays.get("offset", x.shape[-1:], 0.0, trained),
    )


def _channels_second(x: Tensor) -> Tensor:
    return x.movedim(-1, 1)


def _channels_last(x: Tensor) -> Tensor:
    return x.movedim(1, -1)


LAYERS: dict[str, Callable[[Spec, Arrays, Masks, Tensor], Tensor]] = {
    "activation": lambda spec, arrays, masks, x: x,
    "average_pool2d": average_pool2d,
    "batch_normalization": batch_normalization,
    "conv2d": conv2d,
    "dense": dense,
    "dropout": lambda spec, arrays, masks, x: x * masks.kept(x, spec["rate"]),
    "flatten": lambda spec, arrays, masks, x: x.reshape(len(x), -1),
    "global_average_pool2d": lambda spec, arrays, masks, x: x.mean(dim=(1, 2)),
    "layer_normalization": layer_normalization,
    "max_pool2d": max_pool2d,
    "reshape": lambda spec, arrays, masks, x: x.reshape(len(x), *spec["shape"]),
}
