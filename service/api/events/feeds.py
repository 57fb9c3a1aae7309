"""Feeds of job events; one poll of a job serves all its subscribers."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Lock

from service.api.events.sequence import Cursor, JobProgress, later, write
from service.api.inspection.snapshot_documents import snapshot_documents
from trainlet.errors import NotFoundError, ServiceUnavailableError
from trainlet.queue import Queue
from trainlet.store import JobState, Store

POLL_INTERVAL_SECONDS = 0.25
"""Seconds between polls of a job."""

MAX_EVENTS = 500
"""Approximate maximum of events per write; the rest follows in the next write."""


class Feed:
    """Events of one job for any number of subscribers."""

    def __init__(self, job_id: str, store: Store, queue: Queue) -> None:
        self.followers = 0
        self._job_id = job_id
        self._store = store
        self._queue = queue
        self._lock = Lock()
        self._looked = 0.0
        self._state: JobState | None = None
        self._seen: JobProgress | None = None
        self._parts = 0
        self._written: dict[Cursor, tuple[str, Cursor]] = {}

    def after(self, cursor: Cursor) -> tuple[str, Cursor]:
        """Return the events after a cursor as text, empty if there are none, and the next cursor.

        Raises NotFoundError if the job was deleted, and ServiceUnavailableError.
        """
        with self._lock:
            actual = self._look()
            if cursor not in self._written:
                text, reached = [], cursor
                for reached, event in later(actual, cursor, MAX_EVENTS):
                    text.append(write(reached, event))
                self._written[cursor] = "".join(text), reached
            return self._written[cursor]

    def _look(self) -> JobProgress:
        actual = self._seen
        if actual is None or (
            not actual.job.ended and time.monotonic() - self._looked > POLL_INTERVAL_SECONDS
        ):
            self._seen = actual = self._renewed(actual)
            self._written.clear()
            self._looked = time.monotonic()
        return actual

    def _renewed(self, actual: JobProgress | None) -> JobProgress:
        state = self._store.attempts.state(self._job_id)
        if actual is None or state != self._state:
            job = self._store.jobs.get(self._job_id)
            moments = self._store.attempts.moments(self._job_id)
            history = {} if actual is None else actual.history
            known = ((), {}) if actual is None else (actual.warnings, actual.snapshots)
            actual = JobProgress(job, moments, history, *known)
            self._state = state
        self._add_snapshots(actual)
        if actual.job.ended:
            with suppress(NotFoundError):
                actual.history = self._store.jobs.history(self._job_id)
            actual.warnings = actual.job.warnings
        else:
            with suppress(ServiceUnavailableError):
                self._add_live(actual)
        return actual

    def _add_live(self, actual: JobProgress) -> None:
        """Add live progress from Redis; without Redis, events wait for the end of the job."""
        self._parts, news = self._queue.later_history(self._job_id, self._parts, actual.epochs)
        for name, values in news.items():
            actual.history.setdefault(name, []).extend(values)
        progress = self._queue.progress(self._job_id)
        if progress is not None and len(progress.warnings) > len(actual.warnings):
            actual.warnings = progress.warnings

    def _add_snapshots(self, actual: JobProgress) -> None:
        kept = self._store.snapshots
        new = [epoch for epoch in kept.epochs(self._job_id) if epoch not in actual.snapshots]
        for document in snapshot_documents(kept, self._job_id, new):
            actual.snapshots[document["epoch"]] = document


class Feeds:
    """Feeds of all jobs with subscribers."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._lock = Lock()
        self._feeds: dict[str, Feed] = {}

    def follow(self, job_id: str) -> Feed:
        """Return the feed of a job; call `leave` afterwards."""
        with self._lock:
            feed = self._feeds.setdefault(job_id, Feed(job_id, self._store, self._queue))
            feed.followers += 1
            return feed

    def leave(self, job_id: str) -> None:
        """Unsubscribe from a job."""
        with self._lock:
            self._feeds[job_id].followers -= 1
            if not self._feeds[job_id].followers:
                del self._feeds[job_id]
