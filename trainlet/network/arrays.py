"""Array types, addresses and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Allocate = Callable[[Shape, Any], Array]
"""A function that allocates zeros of a shape and dtype, such as `numpy.zeros`."""


def address(array: Array) -> int:
    """Return the address of the first byte of an array."""
    address: int = array.__array_interface__["data"][0]
    return address


def view(array: Array, shape: Shape) -> Array:
    """Return a view of an array in another shape.

    Recorded calls read the memory they were recorded on, so a copy would contain stale numbers.

    Raises:
        ValueError: the memory layout of the array allows no such view.

    """
    return array.reshape(shape, copy=False)
