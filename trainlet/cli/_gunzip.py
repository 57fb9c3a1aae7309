"""Streaming decompression of gzip files."""

from __future__ import annotations

import zlib
from io import RawIOBase
from typing import IO

from trainlet.cli._failure import InputFileError

GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW = zlib.MAX_WBITS | 16
CHUNK_BYTES = 2**20


class Gunzipped(RawIOBase):
    """Decompressed content of a gzip file of one or more members.

    `first` are the bytes that were already read from the file.
    """

    def __init__(self, first: bytes, file: IO[bytes], name: str) -> None:
        self._compressed, self._file, self.name = first, file, name
        self._member = zlib.decompressobj(GZIP_WINDOW)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end. Raises InputFileError for a damaged stream."""
        data = b""
        while not data:
            self._compressed = self._compressed or self._file.read(CHUNK_BYTES)
            if not self._compressed and not self._member.eof:
                raise InputFileError(f"{self.name} ends within its gzip stream")
            if not self._compressed:
                return b""
            if self._member.eof:
                self._member = zlib.decompressobj(GZIP_WINDOW)
            try:
                data = self._member.decompress(self._compressed, max(size, CHUNK_BYTES))
            except zlib.error as error:
                raise InputFileError(f"{self.name} is not a valid gzip file: {error}") from None
            member = self._member
            self._compressed = member.unused_data if member.eof else member.unconsumed_tail
        return data
