"""Server-Sent Events (WHATWG HTML, section 9.2) with a limit of open streams."""

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
"""Seconds without events until a comment is sent, because proxies close idle connections.

A failing write also detects a disconnected client.
"""

RECONNECT = "retry: 1000\n\n"
"""Reconnection delay for browsers, in milliseconds."""


class Streams:
    """Limit of concurrent streams, over all processes forked from this one."""

    def __init__(self, most: int, feeds: Feeds, stopping: ShutdownEvent) -> None:
        self._max = most
        self._free = BoundedSemaphore(most)
        self._feeds = feeds
        self._stopping = stopping

    def open(self, job_id: str, cursor: Cursor) -> Stream:
        """Open a stream of the events after a cursor.

        Raises ServiceUnavailableError if too many streams are open.
        """
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} streams are open already (setting TRAINLET_MAX_STREAMS); retry later."
            )
        return Stream(job_id, cursor, self._feeds, self._stopping, self._free)


class Stream:
    """One stream: an iterable that must be closed, even if iteration never started."""

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
        """Return the next events as text; None if the job was deleted."""
        try:
            text, self._cursor = self._feed.after(self._cursor)
        except NotFoundError:
            return None
        except ServiceUnavailableError:
            return ""
        return text

    def close(self) -> None:
        """Release the slot of the stream; idempotent."""
        if self._closing.acquire(blocking=False):
            self._feeds.leave(self._job_id)
            self._free.release()
