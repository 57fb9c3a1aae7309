"""Turns: what takes long is done for one request at a time, so that the others are not slowed.

Processes that are forked later take the same turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Lock

from trainlet.errors import ServiceUnavailableError

TIMEOUT_SECONDS = 5.0
"""Seconds that a request waits for its turn."""


class Mutex:
    """The turns at one kind of work, which `what` names for those who come in vain."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._free = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have a turn. Raises ServiceUnavailableError if others take too long."""
        if not self._free.acquire(timeout=TIMEOUT_SECONDS):
            raise ServiceUnavailableError(f"there are too many {self._what} at once")
        try:
            yield
        finally:
            self._free.release()
