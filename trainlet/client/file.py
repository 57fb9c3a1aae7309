"""Files to upload: size, media type and rereadable content."""

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
"""Bytes up to which a file of unknown size is buffered in memory."""

SIGNATURES = {
    b"\x93NUMPY": "application/x-npy",
    b"PK\x03\x04": "application/x-npz",
    b"PAR1": "application/vnd.apache.parquet",
}


class File:
    """Seekable file that is read from its current position to its end, repeatedly."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self.name = file, name
        self._start = file.tell()
        self.bytes = file.seek(0, os.SEEK_END) - self._start

    @property
    def media_type(self) -> str:
        """Media type by the name, else by the first bytes, else CSV."""
        named = media_type_of(self.name)
        if named is not None:
            return named
        self._file.seek(self._start)
        head = self._file.read(max(map(len, SIGNATURES)))
        matches = (kind for signature, kind in SIGNATURES.items() if head.startswith(signature))
        return next(matches, CSV)

    def pieces(self, sent: Callable[[int], object]) -> Iterator[bytes]:
        """Yield the content in chunks; `sent` receives the number of bytes so far."""
        count = 0
        self._file.seek(self._start)
        sent(count)
        while piece := self._file.read(CHUNK_BYTES):
            count += len(piece)
            yield piece
            sent(count)


@contextmanager
def opened(file: str | Path | IO[bytes] | File) -> Iterator[File]:
    """Open a path or a binary file object. Raises OSError if it cannot be read.

    A file that is not seekable, such as a pipe, is copied to a temporary file.
    """
    if isinstance(file, File):
        yield file
        return
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as binary, opened(binary) as source:
            yield source
        return
    name = getattr(file, "name", "")
    base_name = Path(name).name if isinstance(name, str) else ""
    if file.seekable():
        yield File(file, base_name)
        return
    with tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield File(copy, base_name)
