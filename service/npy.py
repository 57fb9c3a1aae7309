"""Arrays in numpy's npy form, read as hostile input and written.

The header is bounded before it is parsed, and the sizes it tells are compared with the bytes
that are there before an array is made: nothing is allocated, and no pickle is ever looked at.
"""

from __future__ import annotations

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

BROKEN = (
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
    file = BytesIO(body)
    try:
        reader = READERS[np.lib.format.read_magic(file)]
        shape, by_columns, dtype = reader(file, max_header_size=HEADER_BYTES)
    except BROKEN:
        raise BadRequest("the body is not an npy file of version 1 or 2") from None
    if dtype.kind not in "fiu":
        raise BadRequest(f"the npy file holds {dtype}, not numbers")
    data = memoryview(body)[file.tell() :]
    if any(size < 0 for size in shape) or prod(shape) * dtype.itemsize != len(data):
        raise BadRequest(
            f"the npy file tells of {list(shape)} numbers, but holds {len(data)} bytes"
        )
    array = np.frombuffer(data, dtype)
    return array.reshape(shape, order="F" if by_columns else "C")


def write_npy(array: NDArray[Any]) -> bytes:
    """An array as an npy file."""
    file = BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=False)
    return file.getvalue()
