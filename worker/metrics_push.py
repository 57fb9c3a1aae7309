"""Telling: what this process has counted goes to Redis, for those who are asked for metrics."""

from __future__ import annotations

from trainlet import counters
from trainlet.errors import ServiceUnavailableError
from trainlet.queue import Queue


def push_counters(queue: Queue) -> None:
    """Add what was counted to what all workers have; if Redis is away, the next time."""
    counts = counters.take()
    try:
        queue.count(counts)
    except ServiceUnavailableError:
        counters.add(counts)
