"""Streaming split of a CSV file between rows, for requests of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np

from trainlet.cli._failure import InputFileError

CHUNK_BYTES = 2**20
MAX_RECORD_BYTES = 2**24
MAX_RECORDS = 5000


@dataclass(frozen=True)
class Piece:
    """Complete records, and the line number of the first in the file."""

    content: bytes
    line: int


def pieces(file: IO[bytes], first: bytes, records: int = MAX_RECORDS) -> Iterator[Piece]:
    """Split `first` and the rest of a file after every `records` records.

    A line break between quotes does not end a record (RFC 4180). Lines end with LF, or with CR if
    the file has no LF. Raises InputFileError for a record without an end.
    """
    end = b"\n" if b"\n" in first or b"\r" not in first else b"\r"
    data, line = first, 1
    while data:
        more = file.read(CHUNK_BYTES)
        ends = record_ends(data, end)
        if more and not len(ends) and len(data) > MAX_RECORD_BYTES:
            raise InputFileError(
                f"line {line}: the row has more than {MAX_RECORD_BYTES} bytes; is a quote missing?"
            )
        stops = ends[records - 1 :: records].tolist()
        stops += ends[-1:].tolist() if len(ends) and (not stops or stops[-1] != ends[-1]) else []
        start = 0
        for stop in stops:
            yield Piece(data[start:stop], line)
            line += data.count(end, start, stop)
            start = stop
        data = data[start:] + more
        if not more:
            if data:
                yield Piece(data, line)
            return


def record_ends(data: bytes, end: bytes) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the positions after the line ends that are outside of quotes."""
    characters = np.frombuffer(data, np.uint8)
    ends = characters == end[0]
    if b'"' in data:
        ends &= np.cumsum(characters == ord('"')) % 2 == 0
    return np.flatnonzero(ends) + 1


def header_length(piece: bytes, comment: str | None) -> int:
    """Return the length of the first record and the blank, comment and `sep=` lines before it."""
    end = b"\n" if b"\n" in piece or b"\r" not in piece else b"\r"
    start = 0
    for stop in record_ends(piece, end).tolist():
        line = piece[start:stop].removeprefix(b"\xef\xbb\xbf").strip()
        skipped = line.startswith(b"sep=") or (
            comment is not None and line.startswith(comment.encode())
        )
        if line and not skipped:
            return stop
        start = stop
    return len(piece)
