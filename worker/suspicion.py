"""Suspicion: what nobody has for longer than a grace is lost; for a moment it is between hands."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from trainlet.errors import Unavailable

GRACE = 2.0
"""Seconds that something may be nowhere before it is delivered again."""


class Suspicion:
    """Tells what has been missing for longer than a grace, by looks about a second apart.

    It starts anew when nobody looked for longer than that, and when a look failed: what was
    missing then says nothing now. Leases that ran out while Redis was away are taken anew soon
    after its return, though not at once.
    """

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._looked = 0.0

    def lost(self, missing: Callable[[], Collection[str]]) -> list[str]:
        """What `missing` answers now and has answered for longer than the grace.

        What was lost and is delivered again may be lost again, after another grace.
        """
        now = time.monotonic()
        if now - self._looked > GRACE:
            self._since.clear()
        self._looked = now
        try:
            found = missing()
        except Unavailable:
            self._since.clear()
            raise
        self._since = {each: self._since.get(each, now) for each in sorted(found)}
        lost = [each for each, since in self._since.items() if now - since > GRACE]
        for each in lost:
            del self._since[each]
        return lost
