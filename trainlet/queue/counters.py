"""Counters of workers, summed in Redis for the API's `/metrics`.

A worker has no port to scrape, and its child processes live for one job.
"""

from __future__ import annotations

from collections.abc import Mapping

from redis import Redis

KEY = "trainlet:tallies"

JOB_SECONDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3600.0, 36000.0)
"""Upper bounds in seconds of the buckets of job durations."""


def job_seconds(status: str, seconds: float) -> dict[str, float]:
    """Return the counts of an ended job's duration: one histogram bucket and the sum."""
    bound = next((bound for bound in JOB_SECONDS if seconds <= bound), float("inf"))
    bucket = f"job_seconds:{status}:{bound:g}"
    return {bucket: 1, f"job_seconds_sum:{status}": seconds}


class Counters:
    """All counters, by name."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def add(self, counts: Mapping[str, float]) -> None:
        """Add to the counters."""
        if counts:
            with self._redis.pipeline(transaction=False) as pipeline:
                for name, amount in counts.items():
                    pipeline.hincrbyfloat(KEY, name, amount)
                pipeline.execute()

    def all(self) -> dict[str, float]:
        """Return all counters."""
        results: dict[bytes, bytes] = self._redis.hgetall(KEY)  # type: ignore[assignment]
        return {name.decode(errors="replace"): _number(text) for name, text in results.items()}


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
