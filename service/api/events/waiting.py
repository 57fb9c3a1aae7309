"""Waiting for the end of jobs, without ever holding all threads of a process."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import BoundedSemaphore
from typing import Protocol, TypeVar

from trainlet.errors import ServiceUnavailableError

MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS = 0.01, 0.2
"""Seconds between two looks at the record; they double from the first to the last."""


class Finishing(Protocol):
    """What comes to an end."""

    @property
    def ended(self) -> bool: ...


Look = TypeVar("Look", bound=Finishing)


class ShutdownEvent(Protocol):
    """Told when the service is asked to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; tell whether the service stops."""


class WaitLimit:
    """At most `most` requests wait at the same time, in this process and those forked from it."""

    def __init__(self, most: int, stopping: ShutdownEvent) -> None:
        self._max = most
        self._free = BoundedSemaphore(most)
        self._stopping = stopping

    def for_end(self, look: Callable[[], Look], seconds: float) -> Look:
        """Look at what ends until it has, the seconds pass or the service stops.

        Raises ServiceUnavailableError if too many wait already.
        """
        result = look()
        if result.ended or seconds <= 0:
            return result
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} requests wait already, and no more may at once"
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
