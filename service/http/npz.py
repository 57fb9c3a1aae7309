"""Arrays as an npz file that is sent while it is written: no copy of the whole is ever made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO, RawIOBase
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

NPZ = "application/x-npz"

CHUNK_BYTES = 2**18
"""Bytes that are handed on at a time."""


class _Sink(RawIOBase):
    """Takes what a zip file writes, front to back, until it is fetched."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(self._pieces[-1])

    def fetch(self) -> list[bytes]:
        """What was written since."""
        pieces, self._pieces = self._pieces, []
        return pieces


def write_npz(arrays: Mapping[str, NDArray[Any]]) -> Iterator[bytes]:
    """Write arrays as `numpy.savez` does, uncompressed; they must stay as they are meanwhile."""
    sink = _Sink()
    with ZipFile(sink, "w") as file:
        for name, array in arrays.items():
            with file.open(ZipInfo(f"{name}.npy"), "w") as entry:
                for piece in _npy(array):
                    entry.write(piece)
                    yield from sink.fetch()
    yield from sink.fetch()


def _npy(array: NDArray[Any]) -> Iterator[bytes | memoryview]:
    """The pieces of an npy file; the numbers of a contiguous array are not copied."""
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        array = np.ascontiguousarray(array)
    head = BytesIO()
    header = np.lib.format.header_data_from_array_1_0(array)
    np.lib.format.write_array_header_1_0(head, header)
    yield head.getvalue()
    by_rows = array if array.flags.c_contiguous else array.T
    if array.size:
        numbers: Any = by_rows.reshape(-1)
        data = memoryview(numbers).cast("B")
        for start in range(0, len(data), CHUNK_BYTES):
            yield data[start : start + CHUNK_BYTES]
