"""State of a job as a pure function of the record names in its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBERED = re.compile(r"(attempt|handback|switch)-([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class JobState:
    """State of a job.

    `spec` means accepted. `attempt-3` is the third claim, and `handback-3` hands it back without
    a crash. `switch-1` pauses the job and `switch-2` resumes it. `cancel` requests cancellation,
    `end` is final, and `deleted` hides the job.
    """

    accepted: bool
    attempt: int
    """Highest attempt so far, 0 before the first. Lower attempts are fenced off."""
    handed_back: frozenset[int]
    switches: int
    """How often the job was paused or resumed."""
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
        """Whether the job is paused. A worker may still run it until its next check."""
        return self.switches % 2 == 1

    @property
    def running(self) -> bool:
        """Whether an attempt was begun and neither handed back nor ended.

        Its process may have died, which the records do not show.
        """
        return not self.ended and self.attempt > 0 and self.attempt not in self.handed_back

    def crashed(self, attempt: int) -> bool:
        """Return whether an earlier attempt ended without a hand-back."""
        return attempt < self.attempt and attempt not in self.handed_back
