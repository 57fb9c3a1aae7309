"""The reconciler: puts right whatever Redis lost, workers left behind or nobody delivered."""

from __future__ import annotations

import logging
import time

from trainlet import tally
from trainlet.errors import Corrupt, NotFound
from trainlet.logs import fields
from trainlet.queue import Delivery, Queue
from trainlet.store import End, Store

log = logging.getLogger("trainlet.worker")

GRACE = 2.0
"""Seconds that a job may be nowhere before it is delivered again: between two hands it is, a
moment long."""


class Reconciler:
    """Finds accepted jobs that have not ended, do not wait and that no living attempt works on."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._since: dict[str, float] = {}
        self._looked = 0.0

    def look(self) -> None:
        """Look at all jobs once; to be called each second. Raises Unavailable."""
        now = time.monotonic()
        if now - self._looked > GRACE:
            self._since.clear()  # nobody looked: what was suspicious then says nothing now
        self._looked = now
        absent = set(self._store.attempts.unsettled()) - self._queue.waiting()
        holders = self._queue.holders(sorted(absent))
        self._since = {job: since for job, since in self._since.items() if job in absent}
        for job in sorted(absent):
            if job in holders:
                self._since.pop(job, None)
                self.recover_if_dead(job, holders[job])
            elif now - self._since.setdefault(job, now) > GRACE:
                self.recover(job)

    def recover(self, job: str) -> None:
        """Take the next step for a job that nobody works on: clean up, end it or deliver it.

        A job whose acceptance was cut short is none, and is left alone: its caller got no answer.
        """
        attempts = self._store.attempts
        standing = attempts.standing(job)
        if standing.cancelled and not standing.ended:
            attempts.end(job, End("cancelled", "cancelled"), attempts.kept_history(job))
            standing = attempts.standing(job)
        if standing.ended:
            attempts.settle(job)
            self._queue.forget(job)
        elif standing.paused:
            if standing.running:
                attempts.hand_back(job, standing.attempt)  # who had it cannot any more
        elif standing.accepted:
            tally.count("recoveries")
            self.deliver(Delivery(job, standing.attempt + 1))

    def deliver(self, delivery: Delivery) -> None:
        """Have a job delivered for an attempt, by its priority and its caller's turn."""
        try:
            job = self._store.jobs.get(delivery.job)
        except (Corrupt, NotFound):
            self._queue.submit(delivery.job, delivery.attempt)
        else:
            self._queue.submit(job.id, delivery.attempt, job.priority, job.caller)
            told = fields(job=job.id, attempt=delivery.attempt, request=job.request)
            log.info("job %s: delivered again", job.id, extra=told)

    def recover_if_dead(self, job: str, attempt: int) -> None:
        """Do not wait for the lease of a process of this machine that is surely gone.

        Of all who see that at once, the one who could release the lease goes on.
        """
        if self._store.attempts.died(job, attempt) and self._queue.release(job, attempt):
            self.recover(job)
