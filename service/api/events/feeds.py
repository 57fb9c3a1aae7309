"""Feeds of job events, in which one poll of a job serves all of its followers."""

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
"""Approximate maximum number of events per write; the next write continues."""


class Feed:
    """Progress of one job, cached for any number of followers."""

    def __init__(self, job_id: str, store: Store, queue: Queue) -> None:
        self.followers = 0
        self._job_id = job_id
        self._store = store
        self._queue = queue
        self._lock = Lock()
        self._polled_at = 0.0
        self._state: JobState | None = None
        self._progress: JobProgress | None = None
        self._chunks = 0
        self._written: dict[Cursor, tuple[str, Cursor]] = {}

    def after(self, cursor: Cursor) -> tuple[str, Cursor]:
        """Return the serialized events after a cursor, and the cursor after them.

        The text is empty if there are no new events. Raises NotFoundError if the job was deleted,
        and ServiceUnavailableError.
        """
        with self._lock:
            progress = self._poll()
            if cursor not in self._written:
                texts, last = [], cursor
                for last, event in later(progress, cursor, MAX_EVENTS):
                    texts.append(write(last, event))
                self._written[cursor] = "".join(texts), last
            return self._written[cursor]

    def _poll(self) -> JobProgress:
        progress = self._progress
        if progress is None or (
            not progress.job.ended and time.monotonic() - self._polled_at > POLL_INTERVAL_SECONDS
        ):
            self._progress = progress = self._refreshed(progress)
            self._written.clear()
            self._polled_at = time.monotonic()
        return progress

    def _refreshed(self, progress: JobProgress | None) -> JobProgress:
        state = self._store.attempts.state(self._job_id)
        if progress is None or state != self._state:
            job = self._store.jobs.get(self._job_id)
            moments = self._store.attempts.moments(self._job_id)
            history = {} if progress is None else progress.history
            earlier = ((), {}) if progress is None else (progress.warnings, progress.snapshots)
            progress = JobProgress(job, moments, history, *earlier)
            self._state = state
        self._add_snapshots(progress)
        if progress.job.ended:
            with suppress(NotFoundError):
                progress.history = self._store.jobs.history(self._job_id)
            progress.warnings = progress.job.warnings
        else:
            with suppress(ServiceUnavailableError):
                self._add_live(progress)
        return progress

    def _add_live(self, progress: JobProgress) -> None:
        """Add new epochs and warnings from Redis.

        If Redis is unavailable, they follow later, at the latest when the job finishes.
        """
        self._chunks, new = self._queue.later_history(self._job_id, self._chunks, progress.epochs)
        for name, values in new.items():
            progress.history.setdefault(name, []).extend(values)
        live = self._queue.progress(self._job_id)
        if live is not None and len(live.warnings) > len(progress.warnings):
            progress.warnings = live.warnings

    def _add_snapshots(self, progress: JobProgress) -> None:
        snapshots = self._store.snapshots
        epochs = [
            epoch for epoch in snapshots.epochs(self._job_id) if epoch not in progress.snapshots
        ]
        for document in snapshot_documents(snapshots, self._job_id, epochs):
            progress.snapshots[document["epoch"]] = document


class Feeds:
    """Feeds of all jobs that have followers."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._lock = Lock()
        self._feeds: dict[str, Feed] = {}

    def follow(self, job_id: str) -> Feed:
        """Return the feed of a job, and count a follower until `leave` is called."""
        with self._lock:
            feed = self._feeds.setdefault(job_id, Feed(job_id, self._store, self._queue))
            feed.followers += 1
            return feed

    def leave(self, job_id: str) -> None:
        """Remove a follower from a job; the feed of the last one is deleted."""
        with self._lock:
            self._feeds[job_id].followers -= 1
            if not self._feeds[job_id].followers:
                del self._feeds[job_id]
