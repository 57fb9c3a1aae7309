"""Rates: how many requests a second each caller may make."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

MOST_KNOWN = 10_000


class Rates:
    """At most so many requests a second for each subject, after a burst of two seconds' worth.

    It is the generic cell rate algorithm (ITU-T I.371, annex A): of a subject only the time is
    kept until which its requests are paid for. Each process counts for itself.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._ahead = max(2.0, self._interval)
        self._clock = clock
        self._paid: dict[str, float] = {}
        self._lock = Lock()

    def wait(self, subject: str) -> float:
        """Count a request; or answer the seconds after which it would be one too many no more."""
        if not self._interval:
            return 0.0
        with self._lock:
            now = self._clock()
            paid = max(self._paid.get(subject, now), now) + self._interval
            if paid - now > self._ahead + self._interval / 2:
                return paid - now - self._ahead
            if len(self._paid) >= MOST_KNOWN:
                self._paid = {known: until for known, until in self._paid.items() if until > now}
            self._paid[subject] = paid
            return 0.0
