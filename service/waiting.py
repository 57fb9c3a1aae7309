"""Waiting for the end of a job, without ever holding all threads of the server."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Protocol

from trainlet.errors import Unavailable
from trainlet.store import Job

SHORTEST, LONGEST = 0.01, 0.2
"""Seconds between two looks at the record; they double from the first to the last."""


class Stopping(Protocol):
    """Told when the service is asked to stop: an Event of threading or multiprocessing."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; tell whether the service stops."""


class Waits:
    """At most `most` requests wait at the same time."""

    def __init__(self, most: int, stopping: Stopping) -> None:
        self._most = most
        self._free = BoundedSemaphore(most)
        self._stopping = stopping

    def for_end(self, look: Callable[[], Job], seconds: float) -> Job:
        """Look at a job until it has ended, the seconds pass or the service stops.

        Raises Unavailable if too many wait already.
        """
        job = look()
        if job.ended or seconds <= 0:
            return job
        if not self._free.acquire(blocking=False):
            raise Unavailable(f"{self._most} requests wait already, and no more may at once")
        try:
            deadline, pause = time.monotonic() + seconds, SHORTEST
            while not job.ended and (left := deadline - time.monotonic()) > 0:
                if self._stopping.wait(min(pause, left)):
                    break
                pause = min(2 * pause, LONGEST)
                job = look()
            return job
        finally:
            self._free.release()
