"""Connections to Redis, with translated errors."""

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
    """Create a connection pool; nothing is sent yet.

    By default, commands fail within about two seconds, so that the API can respond without
    Redis. Workers cannot work without Redis and pass a `retry` that waits longer: redis-py's
    own gives up after a few seconds of a restart.
    """
    options: dict[str, Any] = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "retry": retry or Retry(NoBackoff(), 1),
        "retry_on_error": [Refused, TimedOut],
        # Determining the driver's version takes longer than connecting, and each job connects.
        "driver_info": None,
    }
    if "+sentinel://" in url:
        return _sentinel_master(url, options)
    return Redis.from_url(url, **options)


def _sentinel_master(url: str, options: dict[str, Any]) -> Redis:
    """Return a client of the master that the sentinels name, looked up for each connection.

    In `redis+sentinel://user:password@one:26379,two:26379/mymaster/0`, user and password are those
    of Redis. `rediss+sentinel` uses TLS for all connections.
    """
    scheme, _, rest = url.partition("+sentinel://")
    credentials, _, location = rest.rpartition("@")
    hosts, _, path = location.partition("/")
    service, _, database = path.partition("/")
    user, _, password = credentials.partition(":")
    parted = (host.partition(":") for host in hosts.split(","))
    addresses = [(name, int(port or 26379)) for name, _, port in parted]
    tls = {"ssl": True} if scheme == "rediss" else {}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        addresses,
        sentinel_kwargs={"socket_timeout": 1, "socket_connect_timeout": 1} | tls,
    )
    login = {"username": unquote(user) or None, "password": unquote(password) or None}
    options = options | login | tls | {"db": int(database or 0)}
    master: Redis = sentinel.master_for(service, **options)  # type: ignore[no-untyped-call]
    return master


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate every error of Redis to ServiceUnavailableError."""
    try:
        yield
    except RedisError as error:
        counters.count("redis_errors")
        raise ServiceUnavailableError(f"Redis is unavailable: {error}") from error
