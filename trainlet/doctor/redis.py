"""Checks of Redis: connection, persistence, clock and workers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from trainlet.doctor.finding import Finding
from trainlet.errors import TrainletError
from trainlet.queue import Queue, connect
from trainlet.settings import Settings

MIN_VERSION = (6, 2)
MAX_SKEW_SECONDS = 5.0
MAX_WAIT_SECONDS = 1800.0


def check_redis(settings: Settings) -> Iterator[Finding]:
    """Check the server, its clock, the queue and the workers."""
    url = settings.redis_url or _embedded(settings)
    what = "Redis"
    if url is None:
        advice = "start one with `trainlet up`, or set TRAINLET_REDIS_URL"
        yield Finding("wrong", what, "not configured, and no embedded server runs", advice)
        return
    try:
        redis = connect(url)
        document: dict[str, Any] = redis.info()
        yield from _server(document)
        yield from _clock(redis)
        yield from _waiting(Queue(redis))
    except (RedisError, TrainletError) as error:
        advice = "check that Redis runs, and the host, user and password in TRAINLET_REDIS_URL"
        yield Finding("wrong", what, str(error), advice)


def _embedded(settings: Settings) -> str | None:
    socket = Path(settings.data_dir).absolute() / "valkey" / "valkey.sock"
    return f"unix://{socket}" if socket.exists() else None


def _server(info: dict[str, Any]) -> Iterator[Finding]:
    version = str(info.get("redis_version", "0"))
    detail = f"version {version}, {info.get('used_memory_human', '?')} used"
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < MIN_VERSION:
        yield Finding("wrong", "Redis", detail, "upgrade to Redis 6.2 or Valkey 7.2, or later")
    else:
        yield Finding("well", "Redis", detail)
    if not info.get("aof_enabled"):
        advice = "set appendonly yes; without it a restart delays each queued job by seconds"
        yield Finding("warning", "Redis", "loses its data on a restart", advice)
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        advice = "set maxmemory-policy noeviction, or Redis may drop queued jobs"
        yield Finding("warning", "Redis", f"evicts by {info.get('maxmemory_policy')}", advice)


def _clock(redis: Redis) -> Iterator[Finding]:
    seconds, _ = redis.time()
    skew = abs(seconds - time.time())
    if skew > MAX_SKEW_SECONDS:
        advice = "synchronize both machines by NTP: ages and expiry depend on their clocks"
        yield Finding("warning", "clock", f"differs from Redis by {skew:.0f} seconds", advice)


def _waiting(queue: Queue) -> Iterator[Finding]:
    workers, waiting = queue.workers(), queue.waiting()
    detail = f"{workers} alive, {len(waiting)} jobs queued"
    if not workers:
        advice = "start one with python -m worker or `trainlet up`"
        yield Finding("wrong", "workers", detail, advice)
        return
    oldest = time.time() - min((int(job[:12], 16) for job in waiting), default=0) / 1000
    if waiting and oldest > MAX_WAIT_SECONDS:
        advice = "start more workers, or check their logs for one that hangs"
        overdue = f"{detail}, the oldest for {oldest / 60:.0f} minutes"
        yield Finding("warning", "workers", overdue, advice)
    else:
        yield Finding("well", "workers", detail)
