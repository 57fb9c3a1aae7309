"""Affinity: threads that compute little share one processor, for only one of them runs at a time.

Python's lock goes from thread to thread many times a request. Between threads on several
processors each hand-over waits for another processor to wake, and takes what is in its cache along;
eight clients that predict at once are answered half as fast then. Threads that compute much let go
of the lock while they do, and run anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Set
from contextlib import suppress
from threading import local


class Affinity(local):
    """Where the present thread of this process may run."""

    def __init__(self, everywhere: frozenset[int], one: int) -> None:
        self._everywhere = everywhere
        self._one = one
        self._is_shared = False

    @classmethod
    def of_process(cls, number: int) -> Affinity | None:
        """An affinity for one of the processors of the process, by the number of the process.

        None where there are no such things.
        """
        if not hasattr(os, "sched_setaffinity"):
            return None
        everywhere = sorted(os.sched_getaffinity(0))
        return cls(frozenset(everywhere), everywhere[number % len(everywhere)])

    def share(self, *, share: bool) -> None:
        """Have the present thread run on the one processor from now on, or on any."""
        if share != self._is_shared:
            self._is_shared = share
            run_on({self._one} if share else self._everywhere)


def run_on(processors: Set[int]) -> None:
    """Have the present thread run on these processors, if that can be."""
    with suppress(OSError):  # the processors that there are have changed, or it is denied
        os.sched_setaffinity(0, processors)
