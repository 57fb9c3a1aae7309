"""Content codings of request bodies (RFC 9110, section 8.4): gzip, within a size limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from trainlet.errors import TooLargeError

ENCODED_CHUNK_BYTES, DECODED_CHUNK_BYTES = 2**14, 2**20
"""Largest number of encoded and of decoded bytes per step.

The bytes after a member of the stream are copied once per member, so a small step keeps streams
of many short members cheap.
"""

GZIP_WINDOW = zlib.MAX_WBITS | 16
GZIP_MAGIC = b"\x1f\x8b"
"""First bytes of a gzip file (RFC 1952, section 2.3.1); no table or array starts with them."""


class UnsupportedEncodingError(UnsupportedMediaType):
    """A content coding other than gzip (RFC 9110, section 15.5.16)."""

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        return [*super().get_headers(environ, scope), ("Accept-Encoding", "gzip")]


def is_gzip(header: str) -> bool:
    """Return whether a Content-Encoding header names gzip. Raises 415 for other codings."""
    named = [coding.strip().lower() for coding in header.split(",")]
    codings = [coding for coding in named if coding not in ("", "identity")]
    if codings and codings not in (["gzip"], ["x-gzip"]):
        raise UnsupportedEncodingError(f"The Content-Encoding must be gzip, not {header!r:.80}.")
    return bool(codings)


def gunzip(pieces: Iterable[bytes], most: int, setting: str) -> Iterator[bytes]:
    """Yield the decoded bytes of a gzip stream of one or more members (RFC 1952).

    Raises:
        BadRequest: The stream is corrupt, cut short, or followed by other bytes.
        TooLargeError: There are more than `most` decoded bytes. At most one piece is in memory.

    """
    member, decoded = zlib.decompressobj(GZIP_WINDOW), 0
    for piece in pieces:
        for start in range(0, len(piece), ENCODED_CHUNK_BYTES):
            rest = piece[start : start + ENCODED_CHUNK_BYTES]
            while rest:
                if member.eof:
                    member = zlib.decompressobj(GZIP_WINDOW)
                try:
                    data = member.decompress(rest, DECODED_CHUNK_BYTES)
                except zlib.error as error:
                    raise BadRequest(f"The body is not a valid gzip stream: {error}.") from None
                decoded += len(data)
                if decoded > most:
                    raise TooLargeError(
                        f"The decoded body has more than {most} bytes, the limit ({setting})."
                    )
                yield data
                rest = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise BadRequest("The body ended within its gzip stream.")


def gunzip_file(pieces: Iterator[bytes], most: int, setting: str) -> Iterator[bytes]:
    """Yield the content of a gzip file such as `table.csv.gz`, or any other file as it is.

    Raises the same as `gunzip`.
    """
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= len(GZIP_MAGIC):
            break
    whole = chain((first,), pieces)
    yield from gunzip(whole, most, setting) if first.startswith(GZIP_MAGIC) else whole
