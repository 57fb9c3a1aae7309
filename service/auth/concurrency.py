"""Cap of the concurrent requests of one client address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.exceptions import TooManyRequests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

IN_FLIGHT = "trainlet in flight"
"""Key of the WSGI environment: concurrent requests of the address, this one among them."""

RETRY_AFTER_SECONDS = 1


class Concurrency:
    """Counts the requests in flight by address, in this process."""

    def __init__(self) -> None:
        self._requests: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def counted(self, environ: WSGIEnvironment) -> Iterator[None]:
        """Count a request until the block ends."""
        address = environ.get("REMOTE_ADDR", "")
        with self._lock:
            self._requests[address] += 1
            environ[IN_FLIGHT] = self._requests[address]
        try:
            yield
        finally:
            with self._lock:
                self._requests[address] -= 1
                if not self._requests[address]:
                    del self._requests[address]


def check_concurrency(environ: WSGIEnvironment, limit: int) -> None:
    """Raise 429 if the address has more than `limit` requests in flight, before a body is read.

    A client that sends slowly then holds only its own share of the threads.
    """
    if environ.get(IN_FLIGHT, 0) > limit:
        raise TooManyRequests(
            f"This address has more than {limit} requests in flight.",
            retry_after=RETRY_AFTER_SECONDS,
        )
