"""Mutex for expensive requests, so that they do not slow down others.

Processes that are forked later share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Lock

from trainlet.errors import ServiceUnavailableError

TIMEOUT_SECONDS = 5.0
"""Seconds that a request waits for the mutex."""


class Mutex:
    """Mutex for one kind of work; `what` names it in the error message."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._free = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the mutex. Raises ServiceUnavailableError after the timeout."""
        if not self._free.acquire(timeout=TIMEOUT_SECONDS):
            raise ServiceUnavailableError(f"there are too many concurrent {self._what}")
        try:
            yield
        finally:
            self._free.release()
