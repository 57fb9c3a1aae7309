"""Registry of live workers, by the clock of Redis."""

from __future__ import annotations

from redis import Redis

KEY = "trainlet:workers"
TTL_SECONDS = 5
"""Seconds without a heartbeat after which a worker counts as dead. Workers send one per second."""

REGISTER = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
"""


class WorkerRegistry:
    """Registry of live workers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._greet = redis.register_script(REGISTER)

    def greet(self, worker: str) -> None:
        """Register a worker as alive."""
        self._greet(keys=[KEY], args=[worker, TTL_SECONDS])

    def leave(self, worker: str) -> None:
        """Deregister a worker."""
        self._redis.zrem(KEY, worker)

    def count(self) -> int:
        """Return the number of live workers."""
        seconds, _ = self._redis.time()
        return int(self._redis.zcount(KEY, seconds - TTL_SECONDS, "+inf"))
