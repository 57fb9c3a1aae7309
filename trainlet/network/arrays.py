"""Names for arrays, their shapes and where they lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Allocate = Callable[[Shape, Any], Array]
"""What hands out zeros of a shape and type, such as `numpy.zeros`."""


def address(array: Array) -> int:
    """Tell where in memory an array begins."""
    address: int = array.__array_interface__["data"][0]
    return address


def view(array: Array, shape: Shape) -> Array:
    """Return a view of an array in another shape.

    Recorded calls keep reading what they were recorded on, so a copy would hold stale numbers.
    Raises ValueError if the memory layout of the array allows no such view.
    """
    return array.reshape(shape, copy=False)
