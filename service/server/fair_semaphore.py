"""Places: so many threads at once, and whoever has waited longest is next."""

from __future__ import annotations

from collections import deque
from threading import Lock


class FairSemaphore:
    """A semaphore that is fair: a place that is left goes to the first who waits for one.

    The standard library's lets others go before, so that with many clients some wait very long.
    """

    def __init__(self, count: int) -> None:
        self._count = self._free = count
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """How many are taken or waited for."""
        with self._lock:
            return self._count - self._free + len(self._waiting)

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
