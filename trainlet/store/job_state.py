"""Standing: what the names in a job's folder say of it; nothing else decides its state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBERED = re.compile(r"(attempt|handback|switch)-([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class JobState:
    """Where a job stands.

    `spec` accepts it, `attempt-3` says that the third worker took it, `handback-3` that this
    worker gave it back unharmed, `switch-1` that it shall pause and `switch-2` that it shall go on,
    `cancel` that it shall stop, `end` that it is over, `deleted` that nobody shall see it again.
    """

    accepted: bool
    attempt: int
    """The highest attempt so far, 0 before the first; a lower one has nothing to say any more."""
    handed_back: frozenset[int]
    switches: int
    """How often it was paused or resumed."""
    cancelled: bool
    ended: bool
    deleted: bool

    @classmethod
    def of(cls, names: Iterable[str]) -> JobState:
        names = frozenset(names)
        numbered = [match.groups() for name in names if (match := _NUMBERED.fullmatch(name))]
        attempts = [int(number) for word, number in numbered if word == "attempt"]
        return cls(
            accepted="spec" in names,
            attempt=max(attempts, default=0),
            handed_back=frozenset(int(number) for word, number in numbered if word == "handback"),
            switches=max((int(n) for word, n in numbered if word == "switch"), default=0),
            cancelled="cancel" in names,
            ended="end" in names,
            deleted="deleted" in names,
        )

    @property
    def paused(self) -> bool:
        """Whether nobody shall work on it for now, though somebody may not have seen it yet."""
        return self.switches % 2 == 1

    @property
    def running(self) -> bool:
        """Whether an attempt was begun and neither given back nor ended.

        It may have died since; the record does not know that.
        """
        return not self.ended and self.attempt > 0 and self.attempt not in self.handed_back

    def crashed(self, attempt: int) -> bool:
        """Whether an earlier attempt ended without a word."""
        return attempt < self.attempt and attempt not in self.handed_back
