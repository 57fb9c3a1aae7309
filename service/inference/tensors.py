"""Tensors: arrays by the protocol's names of types, as JSON and as binary data.

Binary data is little-endian, row by row, without gaps; each element of BYTES stands behind its
length in four bytes.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from werkzeug.exceptions import BadRequest

Array = NDArray[Any]

DATATYPES = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
NUMBERS = {name: dtype for name, dtype in DATATYPES.items() if dtype.kind in "iuf"}


def datatype_of(array: Array) -> str:
    """The protocol's name of an array's type; text, in an array of objects, is BYTES."""
    if array.dtype == object:
        return "BYTES"
    return next(name for name, dtype in DATATYPES.items() if dtype == array.dtype)


def from_binary(data: memoryview, shape: list[int], datatype: str) -> Array:
    """The numbers in binary data. Raises 400 if they are not as many as the shape says."""
    dtype = NUMBERS[datatype]
    if len(data) != prod(shape) * dtype.itemsize:
        raise BadRequest(f"{shape} of {datatype} are not {len(data)} bytes")
    return np.frombuffer(data, dtype).reshape(shape)


def from_list(data: Any, shape: list[int], datatype: str) -> Array:
    """The numbers in a list, flat or nested. Raises 400 for anything else.

    A whole number must be one that the type holds: 3 is a UINT8, but not 300, -3 or 3.5.
    """
    wrong = BadRequest(f"the data of an input must be a list of {shape} numbers of {datatype}")
    if not isinstance(data, list):
        raise wrong
    try:
        array = np.array(data)
    except (ValueError, OverflowError):
        raise wrong from None
    if array.size != prod(shape) or (array.size and array.dtype.kind not in "iuf"):
        raise wrong
    with np.errstate(over="ignore", invalid="ignore"):
        converted = array.astype(NUMBERS[datatype])
    if converted.dtype.kind != "f" and not (converted == array).all():
        raise wrong
    return converted.reshape(shape)


def to_binary(array: Array) -> bytes:
    """An array as binary data."""
    if array.dtype == object:
        texts = [text.encode() for text in array.ravel().tolist()]
        return b"".join(len(text).to_bytes(4, "little") + text for text in texts)
    return array.astype(DATATYPES[datatype_of(array)], copy=False).tobytes()
