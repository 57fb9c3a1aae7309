"""Activations in PyTorch, from a spec's JSON form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

Tensor = Any
Spec = dict[str, Any]


def activate(spec: Spec, z: Tensor) -> Tensor:
    """Compute a = σ(z), the units on the last axis."""
    return ACTIVATIONS[spec["type"]](spec, z)


# gelu is the approximation by tanh. PyTorch's softplus becomes a line above 20, logaddexp does not.
ACTIVATIONS: dict[str, Callable[[Spec, Tensor], Tensor]] = {
    "elu": lambda spec, z: functional.elu(z, spec["alpha"]),
    "gelu": lambda spec, z: functional.gelu(z, approximate="tanh"),
    "leaky_relu": lambda spec, z: functional.leaky_relu(z, spec["negative_slope"]),
    "linear": lambda spec, z: z,
    "relu": lambda spec, z: functional.relu(z),
    "selu": lambda spec, z: functional.selu(z),
    "sigmoid": lambda spec, z: torch.sigmoid(z),
    "silu": lambda spec, z: functional.silu(z),
    "softmax": lambda spec, z: functional.softmax(z, dim=-1),
    "softplus": lambda spec, z: torch.logaddexp(z, torch.zeros_like(z)),
    "tanh": lambda spec, z: torch.tanh(z),
}
