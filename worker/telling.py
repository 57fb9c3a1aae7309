"""Telling: what this process has counted goes to Redis, for those who are asked for metrics."""

from __future__ import annotations

from trainlet import tally
from trainlet.errors import Unavailable
from trainlet.queue import Queue


def tell_tally(queue: Queue) -> None:
    """Add what was counted to what all workers have; if Redis is away, the next time."""
    counts = tally.take()
    try:
        queue.count(counts)
    except Unavailable:
        tally.add(counts)
