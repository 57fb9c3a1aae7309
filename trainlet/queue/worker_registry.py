"""Presence: which workers have been heard of in the last seconds, by the clock of Redis."""

from __future__ import annotations

from redis import Redis

KEY = "trainlet:workers"
TTL_SECONDS = 5
"""A worker greets each second; after so many without a word it counts as gone."""

REGISTER = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
"""


class WorkerRegistry:
    """The workers that are alive."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._greet = redis.register_script(REGISTER)

    def greet(self, worker: str) -> None:
        """Say that a worker is alive."""
        self._greet(keys=[KEY], args=[worker, TTL_SECONDS])

    def leave(self, worker: str) -> None:
        """Say that a worker stops."""
        self._redis.zrem(KEY, worker)

    def count(self) -> int:
        """How many workers are alive."""
        seconds, _ = self._redis.time()
        return int(self._redis.zcount(KEY, seconds - TTL_SECONDS, "+inf"))
