"""Streams: answers that stay open and tell events (WHATWG HTML, section 9.2), in bounded number."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import BoundedSemaphore
from multiprocessing.synchronize import BoundedSemaphore as Free
from threading import Lock

from service.api.events.feeds import POLL_INTERVAL_SECONDS, Feeds
from service.api.events.sequence import Cursor
from service.api.events.waiting import ShutdownEvent
from trainlet.errors import NotFoundError, ServiceUnavailableError

EVENT_STREAM = "text/event-stream"
KEEP_ALIVE = 5.0
"""Seconds of silence after which a comment is sent: proxies close what is silent for long, and a
client that has gone is noticed by it."""

RECONNECT = "retry: 1000\n\n"
"""Milliseconds that a browser lets pass before it takes up a stream that broke."""


class Streams:
    """At most `most` streams are open at the same time, in all processes forked from this one."""

    def __init__(self, most: int, feeds: Feeds, stopping: ShutdownEvent) -> None:
        self._max = most
        self._free = BoundedSemaphore(most)
        self._feeds = feeds
        self._stopping = stopping

    def open(self, job_id: str, cursor: Cursor) -> Stream:
        """Open a stream of the events after a cursor.

        Raises ServiceUnavailableError if too many are open.
        """
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} streams are open already, and no more may at once"
            )
        return Stream(job_id, cursor, self._feeds, self._stopping, self._free)


class Stream:
    """One stream: an iterable that must be closed, whether it was begun or not."""

    def __init__(
        self,
        job_id: str,
        cursor: Cursor,
        feeds: Feeds,
        stopping: ShutdownEvent,
        free: Free,
    ) -> None:
        self._job_id = job_id
        self._cursor = cursor
        self._feeds = feeds
        self._stopping = stopping
        self._free = free
        self._closing = Lock()
        self._feed = feeds.follow(job_id)

    def __iter__(self) -> Iterator[str]:
        yield RECONNECT
        payload = time.monotonic()
        while True:
            text = self._next()
            if text is None:
                return
            if text or time.monotonic() - payload > KEEP_ALIVE:
                yield text or ": nothing new\n\n"
                payload = time.monotonic()
            if not text and (self._cursor.ended or self._stopping.wait(POLL_INTERVAL_SECONDS)):
                return

    def _next(self) -> str | None:
        """What is to be told now; None if the job is no more."""
        try:
            text, self._cursor = self._feed.after(self._cursor)
        except NotFoundError:
            return None
        except ServiceUnavailableError:
            return ""
        return text

    def close(self) -> None:
        """Make room for another stream; closing again does nothing."""
        if self._closing.acquire(blocking=False):
            self._feeds.leave(self._job_id)
            self._free.release()
