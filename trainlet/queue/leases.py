"""Leases of attempts in Redis. The highest attempt wins.

Acquiring a lease, renewing it and restoring it after a loss of data are the same call.
"""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

HOLD = """
local held = tonumber(redis.call('GET', KEYS[1]) or 0) or 0
if held > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Leases:
    """Leases of all jobs."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._hold = redis.register_script(HOLD)
        self._release = redis.register_script(RELEASE)

    def hold(self, job: str, attempt: int, seconds: float) -> bool:
        """Acquire or renew a job's lease for some seconds; False if a higher attempt holds it."""
        return bool(self._hold(keys=[_key(job)], args=[attempt, int(seconds * 1000)]))

    def release(self, job: str, attempt: int) -> bool:
        """Release an attempt's lease; False if there was none."""
        return bool(self._release(keys=[_key(job)], args=[attempt]))

    def holders(self, jobs: Sequence[str]) -> dict[str, int]:
        """Return the attempt that holds the lease, for each of these jobs with a lease."""
        held = self._redis.mget([_key(job) for job in jobs]) if jobs else []
        return {
            job: int(attempt)
            for job, attempt in zip(jobs, held, strict=True)
            if attempt is not None and attempt.isdigit()
        }

    def ages(self, jobs: Sequence[str], seconds: float) -> dict[str, float]:
        """Return the seconds since each lease was renewed for `seconds`, by job."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for job in jobs:
                pipeline.pttl(_key(job))
            left = pipeline.execute()
        return {
            job: seconds - each / 1000 for job, each in zip(jobs, left, strict=True) if each > 0
        }


def _key(job: str) -> str:
    return f"trainlet:lease:{job}"
