"""Create modules.npz with PyTorch: random modules in evaluation mode. See README.md.

python -m tests.golden.make_modules [FILE FIRST_SEED COUNT]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

FILE = Path(__file__).with_name("modules.npz")
SEEDS = 40
SAMPLES = 3

Spec = dict[str, Any]
Tensor = Any

ACTIVATIONS: dict[str, Any] = {
    "elu": nn.ELU,
    "leaky_relu": nn.LeakyReLU,
    "relu": nn.ReLU,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}


class Stack:
    """Return PyTorch modules and the equivalent layers, for samples of `shape`."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        self.dtype = ("float32", "float64")[seed % 2]
        self.modules: list[Any] = []
        self.layers: list[Spec] = []
        self.image = bool(self.draw.integers(4))
        if self.image:
            self.shape = tuple(int(size) for size in self.draw.integers((1, 4, 4), (4, 7, 7)))
            self.layers.append({"type": "reshape", "shape": [*self.shape[1:], self.shape[0]]})
        else:
            self.shape = (int(self.draw.integers(2, 7)),)
        self.entering = self.shape

    def add(self, module: Any, **layer: Any) -> None:
        self.modules.append(module)
        self.layers.append(layer)
        self.shape = tuple(module.eval()(torch.zeros(1, *self.shape)).shape[1:])

    def add_activation(self) -> None:
        kind = str(self.draw.choice(list(ACTIVATIONS)))
        self.add(ACTIVATIONS[kind](), type="activation", activation={"type": kind})

    def add_norm(self) -> None:
        channels, affine = self.shape[0], bool(self.draw.integers(2))
        epsilon = float(self.draw.choice([1e-5, 1e-3]))
        if self.draw.integers(2):
            kind = nn.BatchNorm2d if len(self.shape) == 3 else nn.BatchNorm1d
            norm = kind(channels, eps=epsilon, affine=affine)
            self.add(norm, type="batch_normalization", epsilon=epsilon)
            return
        if np.prod(self.shape) == 1:  # which PyTorch refuses
            return
        whole = nn.GroupNorm(1, channels, eps=epsilon)
        row = nn.LayerNorm(channels, eps=epsilon, bias=affine)
        norm = whole if len(self.shape) == 3 else row
        self.add(norm, type="layer_normalization", epsilon=epsilon)

    def add_convolution(self) -> None:
        channels, *sides = self.shape
        size, filters = int(self.draw.integers(1, 4)), int(self.draw.integers(1, 4))
        bias, same = bool(self.draw.integers(2)), size % 2 == 1 and bool(self.draw.integers(2))
        # With a stride, Conv2d supports only symmetric padding.
        even = all(side % 2 == 1 for side in sides) or not same or size == 1
        stride = int(self.draw.integers(1, 3)) if even else 1
        if not same and size > min(sides):
            return
        padding = size // 2 if same else 0
        self.add(
            nn.Conv2d(channels, filters, size, stride, padding, bias=bias),
            type="conv2d",
            filters=filters,
            kernel_size=size,
            stride=stride,
            padding="same" if same else "valid",
            use_bias=bias,
        )

    def add_pool(self) -> None:
        size = int(self.draw.integers(1, min(3, *self.shape[1:]) + 1))
        kind, stride = int(self.draw.integers(2)), int(self.draw.integers(1, 3))
        module = (nn.MaxPool2d, nn.AvgPool2d)[kind](size, stride)
        self.add(module, type=("max_pool2d", "average_pool2d")[kind], pool_size=size, stride=stride)

    def add_row(self) -> None:
        """Flatten an image in one of the possible ways."""
        numbers = int(np.prod(self.shape))
        ways = (
            (nn.Flatten(), {"type": "flatten"}),
            (nn.Flatten(), {"type": "reshape", "shape": [numbers]}),
            (
                nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
                {"type": "global_average_pool2d"},
            ),
        )
        module, layer = ways[self.draw.choice(3, p=(0.5, 0.25, 0.25))]
        self.add(module, **layer)

    def add_dense(self, units: int) -> None:
        bias = bool(self.draw.integers(2))
        module = nn.Linear(self.shape[0], units, bias=bias)
        self.add(module, type="dense", units=units, use_bias=bias)

    def build(self) -> None:
        images = (self.add_convolution, self.add_pool, self.add_norm, self.add_activation)
        for _ in range(self.draw.integers(0, 6) if self.image else 0):
            images[self.draw.integers(4)]()
        if self.image:
            self.add_row()
        rows = (self.add_norm, self.add_activation, lambda: self.add_dense(5))
        for _ in range(self.draw.integers(0, 5)):
            rows[self.draw.integers(3)]()
        self.add_dense(3)


def case(seed: int) -> dict[str, Any]:
    """Return a model file, points in the API's form, and PyTorch's outputs for them."""
    torch.manual_seed(seed)
    stack = Stack(seed)
    stack.build()
    module = nn.Sequential(*stack.modules).eval()
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            tensor.data.uniform_(0.2, 1.0)
    half = {2: torch.bfloat16, 3: torch.float16}.get(seed % 5)
    if half is not None:
        module.to(half)
    module.to(getattr(torch, stack.dtype))
    inputs = torch.rand(SAMPLES, *stack.entering, dtype=getattr(torch, stack.dtype)) * 2 - 1
    state = {name: tensor.to(half) for name, tensor in module.state_dict().items()}
    architecture = {"dtype": stack.dtype, "layers": stack.layers}
    columns = [f"x{number}" for number in range(int(np.prod(stack.entering)))]
    document = {"architecture": architecture, "preprocessing": {"columns": columns}}
    data = save(state, {name: json.dumps(value) for name, value in document.items()})
    with torch.no_grad():
        outputs = module(inputs)
    points = inputs.movedim(1, -1).reshape(SAMPLES, -1)
    return {
        "file": np.frombuffer(data, np.uint8),
        "points": points.numpy(),
        "outputs": outputs.numpy(),
    }


def main(file: str | Path = FILE, first: str = "0", count: str = str(SEEDS)) -> None:
    torch.set_num_threads(1)
    kept = {
        f"{seed}/{name}": array
        for seed in range(int(first), int(first) + int(count))
        for name, array in case(seed).items()
    }
    np.savez_compressed(file, allow_pickle=False, **kept)
    print(f"{count} modules, {Path(file).stat().st_size // 1000} kB: PyTorch {torch.__version__}")


if __name__ == "__main__":
    main(*sys.argv[1:])
