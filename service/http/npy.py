"""npy files in bodies, read as untrusted input.

The header is bounded before it is parsed. Its sizes are compared with the length of the body
before an array is created. Nothing is allocated, and pickles are never loaded.
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
"""Largest header; NumPy writes 118 bytes for a simple array."""

ERRORS = (
    *(ValueError, KeyError, TypeError, SyntaxError, TokenError),
    *(RecursionError, MemoryError),
)
"""Exceptions that NumPy raises for malformed headers."""

READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy(body: bytes) -> NDArray[Any]:
    """Return a read-only view of the numbers in an npy file. Raises 400 for any other file."""
    start = _data_at(body)
    try:
        shape, by_columns, dtype = _read_header(body[:start])
    except ERRORS:
        raise BadRequest("The body is not an npy file of version 1 or 2.") from None
    if dtype.kind not in "fiu":
        raise BadRequest(f"The npy file must contain numbers, not {dtype}.")
    data = memoryview(body)[start:]
    if any(size < 0 for size in shape) or prod(shape) * dtype.itemsize != len(data):
        raise BadRequest(
            f"The npy file must contain {list(shape)} numbers; it has {len(data)} bytes."
        )
    array = np.frombuffer(data, dtype)
    return array.reshape(shape, order="F" if by_columns else "C")


def _data_at(body: bytes) -> int:
    """Return the offset of the numbers; the header's length is stored after eight bytes."""
    size = 2 if body[6:7] == b"\x01" else 4
    return min(8 + size + int.from_bytes(body[8 : 8 + size], "little"), HEADER_BYTES + 12)


@lru_cache(maxsize=256)
def _read_header(head: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, order and dtype. Cached, as clients repeat headers. Raises one of ERRORS."""
    file = BytesIO(head)
    reader = READERS[np.lib.format.read_magic(file)]
    results: tuple[tuple[int, ...], bool, np.dtype[Any]] = reader(
        file, max_header_size=HEADER_BYTES
    )
    return results


def write_npy(array: NDArray[Any]) -> bytes:
    """Return an array of numbers as an npy file in row-major order."""
    return _written_header(array.shape, array.dtype.str) + array.tobytes()


@lru_cache(maxsize=256)
def _written_header(shape: tuple[int, ...], descr: str) -> bytes:
    file = BytesIO()
    about = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)
    return file.getvalue()
