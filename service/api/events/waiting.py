"""Long polling with a limit, so that waiting requests never occupy all threads."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import BoundedSemaphore
from typing import Protocol, TypeVar

from trainlet.errors import ServiceUnavailableError

MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS = 0.01, 0.2
"""Seconds between polls of the record; the interval doubles from minimum to maximum."""


class Finishing(Protocol):
    """A job or evaluation that finishes."""

    @property
    def ended(self) -> bool: ...


Look = TypeVar("Look", bound=Finishing)


class ShutdownEvent(Protocol):
    """Event that is set when the service shuts down."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; return whether the service shuts down."""


class WaitLimit:
    """Limit of concurrent waiting requests, over all processes forked from this one."""

    def __init__(self, most: int, stopping: ShutdownEvent) -> None:
        self._max = most
        self._free = BoundedSemaphore(most)
        self._stopping = stopping

    def for_end(self, look: Callable[[], Look], seconds: float) -> Look:
        """Poll until the item finishes, the time is over or the service shuts down.

        Raises ServiceUnavailableError if too many requests wait already.
        """
        result = look()
        if result.ended or seconds <= 0:
            return result
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} requests wait already; retry later, or without `wait`."
            )
        try:
            deadline, pause = time.monotonic() + seconds, MIN_INTERVAL_SECONDS
            while not result.ended and (left := deadline - time.monotonic()) > 0:
                if self._stopping.wait(min(pause, left)):
                    break
                pause = min(2 * pause, MAX_INTERVAL_SECONDS)
                result = look()
            return result
        finally:
            self._free.release()
