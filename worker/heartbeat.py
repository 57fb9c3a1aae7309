"""The watch: a child's second thread. It holds the lease and reports, whatever a step takes.

Numpy lets other threads run while it computes, so a step, or reading the data, may take longer
than a lease lasts; and Redis may hang without holding up the training.
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
    """Watches over one attempt until it is closed.

    `cancelled` says that the job's cancelling was recorded, `paused` its pausing. When the job
    has ended or a higher attempt exists, this process leaves at once: nothing that it could still
    do counts.
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
        """Have progress reported soon, with the epochs of `history` that it counts."""
        self._news = progress, history

    def close(self) -> None:
        """Stop watching; from now on the job's end is this attempt's own doing."""
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
        """Hold the lease, and leave if a higher attempt does. Raises ServiceUnavailableError."""
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
