"""Arrays in numpy's npy form, read as hostile input and written.

The header is bounded before it is parsed, and the sizes it tells are compared with the bytes
that are there before an array is made: nothing is allocated, and no pickle is ever looked at.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import prod
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray
from werkzeug.exceptions import BadRequest

NPY = "application/x-npy"

HEADER_BYTES = 4096
"""numpy writes 118; a header of a simple array never comes near this."""

ERRORS = (
    *(ValueError, KeyError, TypeError, SyntaxError, TokenError),
    *(RecursionError, MemoryError),
)
"""What numpy raises for headers that are none, however deep they pretend to be."""

READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy(body: bytes) -> NDArray[Any]:
    """The numbers in an npy file, a read-only view of it. Raises 400 for anything else."""
    start = _data_at(body)
    try:
        shape, by_columns, dtype = _read_header(body[:start])
    except ERRORS:
        raise BadRequest("the body is not an npy file of version 1 or 2") from None
    if dtype.kind not in "fiu":
        raise BadRequest(f"the npy file holds {dtype}, not numbers")
    data = memoryview(body)[start:]
    if any(size < 0 for size in shape) or prod(shape) * dtype.itemsize != len(data):
        raise BadRequest(
            f"the npy file tells of {list(shape)} numbers, but holds {len(data)} bytes"
        )
    array = np.frombuffer(data, dtype)
    return array.reshape(shape, order="F" if by_columns else "C")


def _data_at(body: bytes) -> int:
    """Where the numbers begin: the length of the header stands behind eight bytes."""
    size = 2 if body[6:7] == b"\x01" else 4
    return min(8 + size + int.from_bytes(body[8 : 8 + size], "little"), HEADER_BYTES + 12)


@lru_cache(maxsize=256)
def _read_header(head: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and dtype; clients send the same again and again. Raises one of ERRORS."""
    file = BytesIO(head)
    reader = READERS[np.lib.format.read_magic(file)]
    results: tuple[tuple[int, ...], bool, np.dtype[Any]] = reader(
        file, max_header_size=HEADER_BYTES
    )
    return results


def write_npy(array: NDArray[Any]) -> bytes:
    """An array of numbers as an npy file, row by row."""
    return _written_header(array.shape, array.dtype.str) + array.tobytes()


@lru_cache(maxsize=256)
def _written_header(shape: tuple[int, ...], descr: str) -> bytes:
    file = BytesIO()
    about = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)
    return file.getvalue()
