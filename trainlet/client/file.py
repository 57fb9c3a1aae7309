"""Files to upload: their size, their kind, and their bytes in pieces, as often as they are sent."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from trainlet.media_types import CSV, media_type_of

CHUNK_BYTES = 2**20
MAX_MEMORY_BYTES = 2**24
"""A file without a known size stays in memory up to so many bytes."""

SIGNATURES = {
    b"\x93NUMPY": "application/x-npy",
    b"PK\x03\x04": "application/x-npz",
    b"PAR1": "application/vnd.apache.parquet",
}


class File:
    """Something that can be read from its place on to its end, again and again."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self.name = file, name
        self._begin = file.tell()
        self.bytes = file.seek(0, os.SEEK_END) - self._begin

    @property
    def media_type(self) -> str:
        """The media type by its name, else by its first bytes, else CSV."""
        named = media_type_of(self.name)
        if named is not None:
            return named
        self._file.seek(self._begin)
        begins = self._file.read(max(map(len, SIGNATURES)))
        result = (kind for signature, kind in SIGNATURES.items() if begins.startswith(signature))
        return next(result, CSV)

    def pieces(self, sent: Callable[[int], object]) -> Iterator[bytes]:
        """All of it from the beginning; `sent` is told how many bytes are on their way."""
        count = 0
        self._file.seek(self._begin)
        sent(count)
        while piece := self._file.read(CHUNK_BYTES):
            count += len(piece)
            yield piece
            sent(count)


@contextmanager
def opened(file: str | Path | IO[bytes] | File) -> Iterator[File]:
    """A path or something that is open in binary. Raises OSError if it cannot be read.

    What cannot be read twice, such as a pipe, is kept in a file for as long.
    """
    if isinstance(file, File):
        yield file
        return
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as own, opened(own) as given:
            yield given
        return
    name = getattr(file, "name", "")
    payload = Path(name).name if isinstance(name, str) else ""
    if file.seekable():
        yield File(file, payload)
        return
    with tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES) as kept:
        shutil.copyfileobj(file, kept)
        kept.seek(0)
        yield File(kept, payload)
