"""Connections to Redis, and what their failures are called here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut
from redis.retry import Retry

from trainlet import tally
from trainlet.errors import Unavailable


def connect(url: str, patience: int = 0) -> Redis:
    """Make a connection pool; nothing is sent yet.

    An impatient one fails within about two seconds, for callers who can answer without Redis.
    A patient one tries again each second, `patience` times, for processes that are nothing
    without it: redis-py's own default gives up after a few seconds of a restart.
    """
    retry = Retry(ConstantBackoff(1), patience) if patience else Retry(NoBackoff(), 1)
    return Redis.from_url(
        url,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=retry,
        retry_on_error=[Refused, TimedOut],
    )


@contextmanager
def told() -> Iterator[None]:
    """Turn every failure of Redis into Unavailable."""
    try:
        yield
    except RedisError as error:
        tally.count("redis_errors")
        raise Unavailable(f"Redis cannot be used: {error}") from error
