"""Long polling, limited so that waiting requests never occupy all threads of a process."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import BoundedSemaphore
from typing import Protocol, TypeVar

from trainlet.errors import ServiceUnavailableError

MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS = 0.01, 0.2
"""Seconds between polls; the interval doubles from the minimum to the maximum."""


class Finishing(Protocol):
    """A job or evaluation, which finishes."""

    @property
    def ended(self) -> bool: ...


Item = TypeVar("Item", bound=Finishing)


class ShutdownEvent(Protocol):
    """Event that is set when the service shuts down."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; return whether the service shuts down."""


class WaitLimit:
    """Waiting requests, at most `limit` over all API processes forked from this one."""

    def __init__(self, limit: int, stopping: ShutdownEvent) -> None:
        self._max = limit
        self._free = BoundedSemaphore(limit)
        self._stopping = stopping

    def for_end(self, poll: Callable[[], Item], seconds: float) -> Item:
        """Poll an item until it finishes, `seconds` pass or the service shuts down.

        Raises ServiceUnavailableError if too many requests wait already.
        """
        item = poll()
        if item.ended or seconds <= 0:
            return item
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} requests already wait (half of TRAINLET_THREADS); omit `wait`."
            )
        try:
            deadline, pause = time.monotonic() + seconds, MIN_INTERVAL_SECONDS
            while not item.ended and (left := deadline - time.monotonic()) > 0:
                if self._stopping.wait(min(pause, left)):
                    break
                pause = min(2 * pause, MAX_INTERVAL_SECONDS)
                item = poll()
            return item
        finally:
            self._free.release()
