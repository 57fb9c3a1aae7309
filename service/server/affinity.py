"""CPU affinity of threads: threads with small computations share one processor.

Only one of them runs at a time, because they need the GIL, which changes hands many times per
request. Between processors each change waits for a wake-up and loses the cache: without affinity
throughput falls to 0.66 to 0.79 at eight clients. Threads with large computations release the
GIL and run anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Set
from contextlib import suppress
from threading import local


class Affinity(local):
    """Processors that the current thread may run on."""

    def __init__(self, everywhere: frozenset[int], one: int) -> None:
        self._everywhere = everywhere
        self._one = one
        self._is_shared = False

    @classmethod
    def of_process(cls, number: int) -> Affinity | None:
        """Return the affinity of the API process with this number.

        None on platforms without affinity.
        """
        if not hasattr(os, "sched_setaffinity"):
            return None
        everywhere = sorted(os.sched_getaffinity(0))
        return cls(frozenset(everywhere), everywhere[number % len(everywhere)])

    def share(self, *, share: bool) -> None:
        """Bind the current thread to the shared processor, or unbind it."""
        if share != self._is_shared:
            self._is_shared = share
            run_on({self._one} if share else self._everywhere)


def run_on(processors: Set[int]) -> None:
    """Bind the current thread to these processors. Failures are ignored."""
    with suppress(OSError):  # the set of processors has changed, or the call is not permitted
        os.sched_setaffinity(0, processors)
