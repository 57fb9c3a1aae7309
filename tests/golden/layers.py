"""Golden activations and gradients computed by PyTorch."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("layers.npz")

SEEN = 3
"""Samples that went forward and back: the first of those that the trajectories train on."""


def read(name: str) -> dict[str, NDArray[np.float64]]:
    """Look up the arrays of the case that goes by `name`, as `0.z`, `0.delta`, `0.bias.gradient`.

    δ is the gradient of the cost with respect to z.
    """
    whole = _arrays()
    return {
        part.removeprefix(f"{name}/"): array
        for part, array in whole.items()
        if part.startswith(f"{name}/")
    }


@cache
def _arrays() -> dict[str, Any]:
    with np.load(FILE, allow_pickle=False) as file:
        return dict(file)
