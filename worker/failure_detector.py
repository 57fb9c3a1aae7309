"""Timeout-based failure detector."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from trainlet.errors import ServiceUnavailableError

GRACE_SECONDS = 2.0
"""Seconds that a job or task may be missing before it is delivered again."""


class FailureDetector:
    """Reports items whose last heartbeat is older than a grace period, checked each second.

    The detector resets if it was not called for more than two seconds, or if a check failed: an
    item may have sent heartbeats meanwhile. After an outage of Redis, workers need some time to
    renew their expired leases.
    """

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self._grace = grace
        self._heard: dict[str, float] = {}
        self._looked = 0.0

    def lost(self, silent: Callable[[], Mapping[str, float | None]]) -> list[str]:
        """Return the items that have been silent for longer than the grace period.

        `silent` returns the seconds since the last heartbeat of each item. None means unknown: the
        period then starts at the last known heartbeat or at the first check. A lost item that
        reappears can be lost again after another grace period.
        """
        now = time.monotonic()
        if now - self._looked > GRACE_SECONDS:
            self._heard.clear()
        self._looked = now
        try:
            result = silent()
        except ServiceUnavailableError:
            self._heard.clear()
            raise
        self._heard = {
            each: self._heard.get(each, now) if seconds is None else now - seconds
            for each, seconds in sorted(result.items())
        }
        lost = [each for each, received in self._heard.items() if now - received > self._grace]
        for each in lost:
            del self._heard[each]
        return lost
