"""Suspicion: what has been silent for longer than a grace is lost; at first it may just be slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from trainlet.errors import ServiceUnavailableError

GRACE_SECONDS = 2.0
"""Seconds that something may be nowhere before it is delivered again."""


class FailureDetector:
    """Tells what has been silent for longer than a grace, by looks about a second apart.

    It starts anew when nobody looked for longer than two seconds, and when a look failed: what was
    silent then says nothing now. Leases that ran out while Redis was away are taken anew soon
    after its return, though not at once.
    """

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self._grace = grace
        self._heard: dict[str, float] = {}
        self._looked = 0.0

    def lost(self, silent: Callable[[], Mapping[str, float | None]]) -> list[str]:
        """What has been silent for longer than the grace.

        `silent` answers the seconds since each was heard of, or None if that cannot be told now:
        then they count from when it could, or else from the first look at it. What was lost and is
        seen again may be lost again, after another grace.
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
