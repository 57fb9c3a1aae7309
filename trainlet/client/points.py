"""Points for predictions: lists, arrays or mappings, cut into what one request may carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.errors import Fault

Point = Sequence[Any] | Mapping[str, Any]
Points = Sequence[Point] | NDArray[Any]

MOST_POINTS, MOST_VALUES = 10_000, 100_000
"""So many a request stay far below what a service takes by default."""


@dataclass(frozen=True)
class Block:
    """Some of the points, as JSON, from the point number `start` on."""

    start: int
    points: list[Any]

    def moved(self, fault: Fault) -> Fault:
        """A fault of the request as one of all points."""
        first, *rest = fault.path or ("",)
        if first != "points" or not rest or not isinstance(rest[0], int):
            return fault
        return replace(fault, path=("points", self.start + rest[0], *rest[1:]))


def blocks(points: Points) -> Iterator[Block]:
    """Cut points into blocks; no points are one block without any."""
    first: Any = points[0] if len(points) else ()
    width = len(first) if isinstance(first, (list, tuple, Mapping, np.ndarray)) else 1
    size = max(min(MOST_POINTS, MOST_VALUES // max(width, 1)), 1)
    for start in range(0, max(len(points), 1), size):
        yield Block(start, _all_plain(points[start : start + size]))


def _all_plain(points: Points) -> list[Any]:
    if isinstance(points, np.ndarray) and points.dtype.kind in "biuf" and np.isfinite(points).all():
        plain: list[Any] = points.tolist()
        return plain
    return [_plain(point) for point in points]


def _plain(value: Any) -> Any:
    """A point or a number of it as JSON has it; nan, which is missing, as null."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value
