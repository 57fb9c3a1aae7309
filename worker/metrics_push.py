"""Export of this process's counters to Redis, where the API reads them for `/metrics`."""

from __future__ import annotations

from trainlet import counters
from trainlet.errors import ServiceUnavailableError
from trainlet.queue import Queue


def push_counters(queue: Queue) -> None:
    """Add this process's counts to the totals in Redis; retry later if Redis is unavailable."""
    counts = counters.take()
    try:
        queue.count(counts)
    except ServiceUnavailableError:
        counters.add(counts)
