"""Points for predictions: lists, arrays or mappings, cut into what one request may carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import isfinite, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.client.connection import JSON, written
from trainlet.errors import Fault

Point = Sequence[Any] | Mapping[str, Any]
Points = Sequence[Point] | NDArray[Any]

NPY = "application/x-npy"

MOST_POINTS, MOST_VALUES = 10_000, 100_000
"""So many a request stay far below what a service takes by default."""


@dataclass(frozen=True)
class Block:
    """Some of the points, as one request has them, from the point number `start` on."""

    start: int
    content: bytes
    media_type: str

    def moved(self, fault: Fault) -> Fault:
        """A fault of the request as one of all points."""
        first, *rest = fault.path or ("",)
        if first != "points" or not rest or not isinstance(rest[0], int):
            return fault
        return replace(fault, path=("points", self.start + rest[0], *rest[1:]))


def blocks(points: Points, *, arrays: bool) -> Iterator[Block]:
    """Cut points into blocks; no points are one block without any.

    With `arrays`, tables of finite numbers are written as npy, all others as JSON.
    """
    first: Any = points[0] if len(points) else ()
    width = len(first) if isinstance(first, (list, tuple, Mapping, np.ndarray)) else 1
    size = max(min(MOST_POINTS, MOST_VALUES // max(width, 1)), 1)
    for start in range(0, max(len(points), 1), size):
        some = points[start : start + size]
        if arrays and isinstance(some, np.ndarray) and some.ndim == 2 and _is_finite(some):
            yield Block(start, _npy(some), NPY)
        else:
            yield Block(start, written({"points": plain(some)}), JSON)


def plain(points: Points | Sequence[Any]) -> list[Any]:
    """Points or targets as JSON has them; nan, which is missing, as null."""
    if isinstance(points, np.ndarray) and _is_finite(points):
        numbers: list[Any] = points.tolist()
        return numbers
    return [_plain(point) for point in points]


def _is_finite(points: NDArray[Any]) -> bool:
    return points.dtype.kind in "biuf" and points.size > 0 and bool(np.isfinite(points).all())


def _npy(points: NDArray[Any]) -> bytes:
    file = BytesIO()
    numbers = points if points.dtype in (np.float32, np.float64) else points.astype(np.float64)
    np.lib.format.write_array(file, numbers, allow_pickle=False)
    return file.getvalue()


def _plain(value: Any) -> Any:
    """A point or a number of it."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value
