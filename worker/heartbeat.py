"""Heartbeat thread of an attempt: renews the lease and reports progress.

A step or the loading of data can take longer than a lease lasts. NumPy releases the GIL while it
computes, so this thread keeps the lease. A stalled connection to Redis does not stall training.
"""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Event, Thread

from trainlet.errors import ServiceUnavailableError
from trainlet.queue import Delivery, Progress, Queue
from trainlet.store import History, Store
from worker.metrics_push import push_counters

INTERVAL_SECONDS = 0.25


class Heartbeat(Thread):
    """Sends heartbeats for one attempt until it is closed.

    `cancelled` and `paused` are true once the store has such a record of the job. If the job has
    ended or a newer attempt exists, this process exits at once: its work can no longer be recorded.
    """

    def __init__(self, store: Store, queue: Queue, delivery: Delivery, lease: float) -> None:
        super().__init__(name="watch", daemon=True)
        self.cancelled = False
        self.paused = False
        self._store = store
        self._queue = queue
        self._delivery = delivery
        self._lease = lease
        self._closed = Event()
        self._news: tuple[Progress, History] | None = None
        self._held = 0

    def beat(self, progress: Progress, history: History) -> None:
        """Report progress with the next heartbeat, with the epochs of `history` it counts."""
        self._news = progress, history

    def close(self) -> None:
        """Stop the heartbeat. After this, a recorded end does not make the process exit."""
        self._closed.set()

    def run(self) -> None:
        while not self._closed.wait(INTERVAL_SECONDS):
            with suppress(ServiceUnavailableError):
                self._look()
            with suppress(ServiceUnavailableError):
                self.hold()
                self._report()
            push_counters(self._queue)

    def hold(self) -> None:
        """Renew the lease; exit if a newer attempt holds it. Raises ServiceUnavailableError."""
        if not self._queue.hold(self._delivery.job, self._delivery.attempt, self._lease):
            self._leave()

    def _look(self) -> None:
        state = self._store.attempts.state(self._delivery.job)
        self.cancelled = self.cancelled or state.cancelled
        self.paused = state.paused
        if state.ended or state.attempt > self._delivery.attempt:
            self._leave()

    def _report(self) -> None:
        if self._news is not None:
            progress, history = self._news
            self._held = self._queue.report(self._delivery.job, progress, history, self._held)
            if self._held < 0:
                self._leave()

    def _leave(self) -> None:
        if not self._closed.is_set():
            os._exit(0)
