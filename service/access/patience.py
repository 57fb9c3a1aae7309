"""Patience: a client that sends its body too slowly is cut off, and holds no thread any longer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from werkzeug.exceptions import RequestTimeout

from service.access.connections import cut_off

PIECE = 2**16
LOOK = 0.5
"""Seconds from one look for the connection to the next."""


class Patience:
    """Waits so many seconds for each 64 KiB of a body.

    Nothing but the end of its connection ends a read that waits for a client. So another thread
    does the reading, and this one sees to it that the connection ends.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._readers = ThreadPoolExecutor(most, "body")

    def with_body(self, environ: dict[str, Any]) -> dict[str, Any]:
        """The environment of a request whose body is waited for with patience."""
        if environ.get("CONTENT_LENGTH") in (None, "", "0"):
            return environ
        body = Body(environ["wsgi.input"], environ["REMOTE_ADDR"], self._seconds, self._readers)
        return environ | {"wsgi.input": body}


class Body:
    """A body to be read; raises 408 once its client has taken too long, though it hears nothing."""

    def __init__(
        self, body: Any, address: str, seconds: float, readers: ThreadPoolExecutor
    ) -> None:
        self._body = body
        self._address = address
        self._seconds = seconds
        self._readers = readers

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that come."""
        pieces: list[bytes] = []
        length = 0
        while length != size:
            piece = self._piece(PIECE if size < 0 else min(PIECE, size - length))
            if not piece:
                break
            pieces.append(piece)
            length += len(piece)
        return b"".join(pieces)

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._piece(PIECE):
            yield piece

    def _piece(self, size: int) -> bytes:
        reading = self._readers.submit(self._body.read, size)
        try:
            piece: bytes = reading.result(self._seconds)
        except TimeoutError:
            while not reading.done():
                cut_off(self._address, self._seconds)
                wait([reading], LOOK)
            told = f"less than {size} bytes of the body came within {self._seconds:g} seconds"
            raise RequestTimeout(told) from None
        return piece
