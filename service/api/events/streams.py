"""Server-Sent Events (WHATWG HTML, section 9.2), with a limit on open streams."""

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
"""Seconds without events until a comment is sent.

Proxies close idle connections, and only a failed write reveals that a client has disconnected.
"""

RECONNECT = "retry: 1000\n\n"
"""Reconnection delay for browsers, in milliseconds."""


class Streams:
    """Open streams, at most `limit` over all API processes forked from this one."""

    def __init__(self, limit: int, feeds: Feeds, stopping: ShutdownEvent) -> None:
        self._max = limit
        self._free = BoundedSemaphore(limit)
        self._feeds = feeds
        self._stopping = stopping

    def open(self, job_id: str, cursor: Cursor) -> Stream:
        """Open a stream of the events after a cursor.

        Raises ServiceUnavailableError if too many streams are open.
        """
        if not self._free.acquire(block=False):
            raise ServiceUnavailableError(
                f"{self._max} streams are already open (setting TRAINLET_MAX_STREAMS); retry later."
            )
        return Stream(job_id, cursor, self._feeds, self._stopping, self._free)


class Stream:
    """Iterable of serialized events; close it even if iteration never started."""

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
        sent_at = time.monotonic()
        while True:
            text = self._next()
            if text is None:
                return
            if text or time.monotonic() - sent_at > KEEP_ALIVE:
                yield text or ": nothing new\n\n"
                sent_at = time.monotonic()
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
        """Release the slot of this stream. The call is idempotent."""
        if self._closing.acquire(blocking=False):
            self._feeds.leave(self._job_id)
            self._free.release()
