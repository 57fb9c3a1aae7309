"""The reconciler: puts right whatever Redis lost, workers left behind or nobody delivered."""

from __future__ import annotations

import logging

from trainlet import tally
from trainlet.errors import Corrupt, NotFound
from trainlet.logs import fields
from trainlet.queue import Delivery, Queue
from trainlet.store import End, Store
from worker.suspicion import Suspicion

log = logging.getLogger("trainlet.worker")


class Reconciler:
    """Finds accepted jobs that have not ended, do not wait and that no living attempt works on."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._suspicion = Suspicion()

    def look(self) -> None:
        """Look at all jobs once; to be called each second. Raises Unavailable."""
        lost = self._suspicion.lost(self._absent)
        for job in sorted(set(lost) - set(self._queue.holders(lost))):  # one began just now
            self.recover(job)

    def _absent(self) -> set[str]:
        """The jobs that are nowhere; those that died on this machine are seen to at once."""
        absent = set(self._store.attempts.unsettled()) - self._queue.waiting()
        holders = self._queue.holders(sorted(absent))
        for job, attempt in holders.items():
            self.recover_if_dead(job, attempt)
        return absent - set(holders)

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
            self._queue.submit(job.id, delivery.attempt, job.priority, job.asked.caller)
            told = fields(job=job.id, attempt=delivery.attempt, request=job.asked.request)
            log.info("job %s: delivered again", job.id, extra=told)

    def recover_if_dead(self, job: str, attempt: int) -> None:
        """Do not wait for the lease of a process of this machine that is surely gone.

        Of all who see that at once, the one who could release the lease goes on.
        """
        if self._store.attempts.died(job, attempt) and self._queue.release(job, attempt):
            self.recover(job)
