"""Points for predictions: lists, arrays or mappings, in blocks of one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.client.connection import JSON, dumps
from trainlet.client.errors import InputTypeError
from trainlet.client.table import is_series, read_table
from trainlet.client.values import Path, is_frame, to_json
from trainlet.errors import FieldError

Points = Any
"""Rows as lists, tuples or mappings by column, an array, a DataFrame, or a dict of columns."""

NPY = "application/x-npy"

MAX_POINTS, MAX_VALUES = 10_000, 100_000
"""Points and values per request, far below the default limits of the API."""


@dataclass(frozen=True)
class PointBlock:
    """Points of one request; the first is point number `start`."""

    start: int
    content: bytes
    media_type: str

    def moved(self, error: FieldError) -> FieldError:
        """Return an error of the request with the index among all points."""
        first, *rest = error.path or ("",)
        if first != "points" or not rest or not isinstance(rest[0], int):
            return error
        return replace(error, path=("points", self.start + rest[0], *rest[1:]))


def rows_of(points: Any) -> Sequence[Any] | NDArray[Any]:
    """Return points that have no named columns as a sequence. Raises InputTypeError."""
    if is_series(points) or is_frame(points):
        rows: list[Any] = to_json(points, ("points",))
        return [[row] for row in rows] if is_series(points) else rows
    if isinstance(points, (list, tuple)) or (isinstance(points, np.ndarray) and points.ndim):
        return points
    if isinstance(points, Iterable) and not isinstance(points, (str, bytes, set, frozenset)):
        return list(points)
    allowed = "a list of rows, an array or a DataFrame"
    actual = type(points).__name__
    raise InputTypeError(
        [FieldError(("points",), actual, allowed, f"must be {allowed}, not {actual}")]
    )


def blocks(points: Sequence[Any] | NDArray[Any], *, arrays: bool) -> Iterator[PointBlock]:
    """Split points into blocks; an empty sequence is one empty block.

    With `arrays`, 2-D arrays of finite numbers are sent as npy, all others as JSON.
    """
    first: Any = points[0] if len(points) else ()
    width = len(first) if hasattr(first, "__len__") else 1
    size = max(min(MAX_POINTS, MAX_VALUES // max(width, 1)), 1)
    for start in range(0, max(len(points), 1), size):
        block = points[start : start + size]
        if arrays and isinstance(block, np.ndarray) and block.ndim == 2 and _is_finite(block):
            yield PointBlock(start, _npy(block), NPY)
        else:
            yield PointBlock(start, dumps({"points": plain(block, start)}), JSON)


def plain(points: Sequence[Any] | NDArray[Any], start: int = 0) -> list[Any]:
    """Convert points, the first of which is number `start`, to JSON with null if missing."""
    if isinstance(points, np.ndarray) and _is_finite(points):
        numbers: list[Any] = points.tolist()
        return numbers
    return [plain_row(row, ("points", start + index)) for index, row in enumerate(points)]


def plain_row(row: Any, path: Path) -> Any:
    """Convert one point to JSON; a Series whose index has names is a point by column."""
    table = read_table(row) if is_series(row) or hasattr(row, "dtype") else None
    return to_json(row if table is None else table.rows(None)[0], path)


def _is_finite(points: NDArray[Any]) -> bool:
    return (
        points.dtype.kind in "biuf"
        and not isinstance(points, np.ma.MaskedArray)
        and points.size > 0
        and bool(np.isfinite(points).all())
    )


def _npy(points: NDArray[Any]) -> bytes:
    file = BytesIO()
    numbers = points if points.dtype in (np.float32, np.float64) else points.astype(np.float64)
    np.lib.format.write_array(file, numbers, allow_pickle=False)
    return file.getvalue()
