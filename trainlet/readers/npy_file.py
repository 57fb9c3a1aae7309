"""NPY reader; arrays of objects are rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from trainlet.datasets import Column, Profile
from trainlet.datasets.columns import Type
from trainlet.datasets.table import column_names
from trainlet.readers.codes import MAX_TEXT
from trainlet.readers.failure import TableError
from trainlet.readers.names import MAX_COLUMNS
from trainlet.readers.statistics import Statistics, shown

Array = NDArray[Any]

BLOCK_BYTES = 4 * 2**20
FIRST = 5
ERRORS = (
    *(ValueError, KeyError, TypeError, EOFError, SyntaxError, TokenError),
    *(RecursionError, MemoryError),
)
"""Exceptions that NumPy raises for invalid headers, including deeply nested ones."""
MAX_TEXT_BYTES = 4 * MAX_TEXT
"""Maximum size of a string in bytes; NumPy uses four per character."""


@dataclass(frozen=True)
class Header:
    """Header of an NPY file; `by_column` means Fortran order."""

    shape: tuple[int, ...]
    by_column: bool
    dtype: np.dtype[Any]


def read_npy(path: Path, tick: Callable[[], None]) -> Profile:
    """Return the profile of an array (rows, …), which is used in place."""
    with path.open("rb") as file:
        header = read_header(file)
        offset = file.tell()
    shape, by_column, dtype = header.shape, header.by_column, header.dtype
    rows, width = shape[0], prod(shape[1:])
    held = path.stat().st_size - offset
    if held != rows * width * dtype.itemsize:
        raise TableError(f"the header declares {shape} numbers, but {held} bytes follow")
    if by_column and len(shape) > 2:
        raise TableError("the array is in Fortran order; save it in C order")
    by_column = by_column and len(shape) == 2
    lying = (width, rows) if by_column else (rows, width)
    matrix = np.memmap(path, dtype, "r", offset, lying)
    if by_column:
        matrix = matrix.T
    kind: Type = "boolean" if dtype.kind == "b" else "number"
    columns = tuple(Column(name, kind) for name in column_names(width))
    statistics = Statistics(width)
    step = max(1, BLOCK_BYTES // (8 * width))
    for start in range(0, rows, step):
        statistics.add(np.asarray(matrix[start : start + step]))
        tick()
    details = statistics.details(columns)
    usable = tuple(detail.column for detail in details)
    return Profile(
        rows=rows,
        details=details,
        first=shown(np.asarray(matrix[:FIRST], np.float64), usable),
        dtype=dtype.str,
        offset=offset,
        by_column=by_column,
        read_as=("npy", f"shape {shape}"),
        warnings=statistics.warnings(columns),
    )


def read_header(file: IO[bytes], *, texts: bool = False) -> Header:
    """Read the header of an array of numbers or, with `texts`, of strings.

    Memory is not allocated by the sizes in a header, and no code is run. Raises TableError.
    """
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_column, dtype = read(file)
    except ERRORS as error:
        raise TableError(f"the file is not an NPY file: {str(error)[:200]}") from None
    text = texts and dtype.kind in "US" and 0 < dtype.itemsize <= MAX_TEXT_BYTES
    if not text and (dtype.hasobject or dtype.kind not in "biuf" or dtype.itemsize > 8):
        expected = "numbers, booleans or short strings" if texts else "numbers or booleans"
        raise TableError(f"the array must contain {expected}, not {dtype}")
    if not shape or min(shape) < 1:
        raise TableError(f"the array must have rows; its shape is {shape}")
    if prod(shape[1:]) > MAX_COLUMNS:
        raise TableError(
            f"a row has {prod(shape[1:])} numbers; the maximum is {MAX_COLUMNS} columns"
        )
    return Header(shape, by_column, dtype)
