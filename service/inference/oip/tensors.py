"""Tensors of the protocol: datatypes, JSON data and binary data.

Binary data is little-endian, in C order, without gaps. Each element of BYTES follows its length in
four bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
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
    "BYTES": np.dtype(object),
}
NUMERIC = frozenset(name for name, dtype in DATATYPES.items() if dtype.kind in "iuf")

JSON_TYPES: dict[str, tuple[str, set[type]]] = {
    "b": ("a boolean or null", {bool, type(None)}),
    "O": ("a string or null", {str, type(None)}),
    "f": ("a number or null", {int, float, type(None)}),
    "i": ("an integer of the datatype", {int, float}),
    "u": ("an integer of the datatype", {int, float}),
}
"""Allowed JSON data by the kind of the datatype; null is a missing value."""

LENGTH_BYTES = 4


@dataclass(frozen=True)
class Tensor:
    """An input tensor; its data are a JSON list, or bytes of the binary extension."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: list[Any] | memoryview

    def array(self) -> Array:
        """Convert the data to an array; strings and missing booleans use an array of objects.

        Raises 400 for data that do not match the shape and the datatype.
        """
        if isinstance(self.data, memoryview):
            return self._from_binary(self.data)
        return self._from_list(self.data)

    def _from_binary(self, data: memoryview) -> Array:
        dtype = DATATYPES[self.datatype]
        if dtype.kind == "O":
            return np.array(self._texts(data), object).reshape(self.shape)
        if len(data) != prod(self.shape) * dtype.itemsize:
            raise self._error(f"must have {prod(self.shape) * dtype.itemsize} bytes")
        if dtype.kind == "b" and bytes(data).translate(None, b"\x00\x01"):
            raise self._error("must have bytes 0 or 1")
        return np.frombuffer(data, dtype).reshape(self.shape)

    def _texts(self, data: memoryview) -> list[str]:
        count, start = prod(self.shape), 0
        texts: list[str] = []
        if count * LENGTH_BYTES > len(data):
            raise self._error(f"must have {count} strings, each after its length in 4 bytes")
        for _ in range(count):
            text = start + LENGTH_BYTES
            end = text + int.from_bytes(data[start:text], "little")
            if text > len(data) or end > len(data):
                raise self._error("must have each string after its length in 4 bytes")
            try:
                texts.append(str(data[text:end], "utf-8"))
            except UnicodeDecodeError:
                raise self._error("must have strings in UTF-8") from None
            start = end
        if start != len(data):
            raise self._error(f"must end after {count} strings, at byte {start}")
        return texts

    def _from_list(self, data: list[Any]) -> Array:
        dtype, items = DATATYPES[self.datatype], self._flat(data)
        allowed, types = JSON_TYPES[dtype.kind]
        kinds = set(map(type, items))
        if not kinds <= types:
            wrong = next(item for item in items if type(item) not in types)
            raise self._error(f"must have {allowed} as every element, not {wrong!r:.80}")
        if dtype.kind in "bO":
            whole = np.dtype(object) if type(None) in kinds else dtype
            return np.array(items, whole).reshape(self.shape)
        if dtype.kind == "f":
            with np.errstate(over="ignore"):
                return np.array(items, np.float64).astype(dtype).reshape(self.shape)
        return self._integers(np.array(items) if items else np.empty(0), dtype)

    def _integers(self, array: Array, dtype: np.dtype[Any]) -> Array:
        """Convert exactly: 3 and 3.0 are valid for UINT8, but not 300, -3 or 3.5."""
        with np.errstate(invalid="ignore"):
            converted = array.astype(dtype)
        wrong = array[converted != array]
        if wrong.size:
            raise self._error(f"must have {JSON_TYPES['i'][0]} as every element, not {wrong[0]}")
        return converted.reshape(self.shape)

    def _flat(self, data: list[Any]) -> list[Any]:
        """List the elements, which may be flat or nested."""
        items = data
        while items and isinstance(items[0], list):
            if set(map(type, items)) != {list} or len(set(map(len, items))) != 1:
                raise self._error("must be nested evenly")
            items = list(chain.from_iterable(items))
        if len(items) != prod(self.shape):
            raise self._error(f"must have {prod(self.shape)} elements, not {len(items)}")
        return items

    def _error(self, detail: str) -> BadRequest:
        shape = list(self.shape)
        return BadRequest(f"The data of {self.name!r:.80} ({self.datatype}, {shape}) {detail}.")


def datatype_of(array: Array) -> str:
    """Return the protocol's name of an array's dtype; strings, as objects, are BYTES."""
    return next(name for name, dtype in DATATYPES.items() if dtype == array.dtype)


def to_binary(array: Array) -> bytes:
    """Write an array as binary data."""
    if array.dtype == object:
        texts = [text.encode() for text in array.ravel().tolist()]
        return b"".join(len(text).to_bytes(LENGTH_BYTES, "little") + text for text in texts)
    return array.astype(DATATYPES[datatype_of(array)], copy=False).tobytes()
