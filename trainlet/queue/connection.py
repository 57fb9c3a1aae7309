"""Connections to Redis, and what their failures are called here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TimedOut
from redis.retry import Retry
from redis.sentinel import Sentinel

from trainlet import counters
from trainlet.errors import ServiceUnavailableError


def connect(url: str, retry: Retry | None = None) -> Redis:
    """Make a connection pool; nothing is sent yet.

    It fails within about two seconds, for callers who can answer without Redis; processes that
    are nothing without it bring a `retry` of more patience than redis-py's own, which gives up
    after a few seconds of a restart.
    """
    options: dict[str, Any] = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "retry": retry or Retry(NoBackoff(), 1),
        "retry_on_error": [Refused, TimedOut],
        # Looking up what to call itself takes longer than connecting, and each job connects.
        "driver_info": None,
    }
    if "+sentinel://" in url:
        return _watched_over(url, options)
    return Redis.from_url(url, **options)


def _watched_over(url: str, options: dict[str, Any]) -> Redis:
    """The master that sentinels name now, and again whenever a connection is made.

    `redis+sentinel://user:password@one:26379,two:26379/mymaster/0`; user and password are those
    of Redis; `rediss+sentinel` speaks TLS with all.
    """
    scheme, _, rest = url.partition("+sentinel://")
    credentials, _, place = rest.rpartition("@")
    hosts, _, path = place.partition("/")
    service, _, database = path.partition("/")
    user, _, password = credentials.partition(":")
    parted = (host.partition(":") for host in hosts.split(","))
    places = [(name, int(port or 26379)) for name, _, port in parted]
    tls = {"ssl": True} if scheme == "rediss" else {}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        places,
        sentinel_kwargs={"socket_timeout": 1, "socket_connect_timeout": 1} | tls,
    )
    own = {"username": unquote(user) or None, "password": unquote(password) or None}
    options = options | own | tls | {"db": int(database or 0)}
    master: Redis = sentinel.master_for(service, **options)  # type: ignore[no-untyped-call]
    return master


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn every failure of Redis into ServiceUnavailableError."""
    try:
        yield
    except RedisError as error:
        counters.count("redis_errors")
        raise ServiceUnavailableError(f"Redis cannot be used: {error}") from error
