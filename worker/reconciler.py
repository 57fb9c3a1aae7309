"""The reconciler: puts right whatever Redis lost, workers left behind or nobody delivered."""

from __future__ import annotations

import logging
import time

from trainlet import counters
from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.logs import fields
from trainlet.queue import Delivery, Queue
from trainlet.store import End, JobState, Store
from worker.failure_detector import GRACE_SECONDS, FailureDetector

log = logging.getLogger("trainlet.worker")

PAUSE_SECONDS = 0.1
"""Seconds in which a job that somebody has just taken from the queue is claimed, or one that was
just accepted is in the queue. Where that takes longer, a job is delivered twice: of two deliveries
for one attempt, one is claimed."""


class Reconciler:
    """Finds accepted jobs that have not ended, do not wait and that no living attempt works on.

    Whether the process of an attempt lives, its own machine sees by the lock on its claim, at
    once. Others, and whoever looks at a process that does not move, go by its lease: by how long
    ago that was renewed, not by whether it is there, for Redis may have lost it.
    """

    def __init__(self, store: Store, queue: Queue, lease: float) -> None:
        self._store = store
        self._queue = queue
        self._lease = lease
        self._suspicion = FailureDetector(lease + GRACE_SECONDS)

    def look(self) -> None:
        """Look at all jobs once; to be called each second. Raises ServiceUnavailableError."""
        for text in self._suspicion.lost(self._silent):
            silent = Delivery.parse(text)
            if silent is not None:
                state = self._store.attempts.state(silent.job)
                if state.attempt == silent.attempt:
                    self._recover(silent.job, state)

    def _silent(self) -> dict[str, float | None]:
        """The attempts that are said to live, and how long ago each said so itself.

        Jobs that nobody can be at are seen to here.
        """
        absent = self._absent()
        if any(map(self._is_left, absent)):
            time.sleep(PAUSE_SECONDS)
            absent &= self._absent()
        at_work = {}
        for job in sorted(absent):
            state = self._store.attempts.state(job)
            if self._is_left(job, state):
                self._recover(job, state)
            elif state.running:
                at_work[job] = state.attempt
        ages = self._queue.lease_ages(list(at_work), self._lease)
        return {str(Delivery(job, attempt)): ages.get(job) for job, attempt in at_work.items()}

    def _absent(self) -> set[str]:
        return set(self._store.attempts.unsettled()) - self._queue.waiting()

    def _is_left(self, job: str, state: JobState | None = None) -> bool:
        """Whether there is something to be done for a job, and surely nobody at it."""
        state = state or self._store.attempts.state(job)
        if state.running:
            return self._store.attempts.died(job, state.attempt)
        waits = state.accepted and not state.paused
        return state.ended or state.cancelled or waits

    def pass_on(self, delivery: Delivery, process: int, *, crashed: bool) -> None:
        """Go on at once with a job that a process of this worker was at, which is gone.

        One that ended well without a claim found nothing that it could do now, nor would others.
        Raises ServiceUnavailableError.
        """
        job = delivery.job
        state = self._store.attempts.state(job)
        if state.running:
            over = self._store.attempts.died(job, state.attempt, process)
        else:
            over = crashed or state.ended or state.attempt == delivery.attempt
        if over:
            self._recover(job, state)

    def _recover(self, job: str, state: JobState) -> None:
        """Take the next step for a job that nobody works on: clean up, end it or deliver it.

        A job whose acceptance was cut short is none, and is left alone: its caller got no answer.
        """
        attempts = self._store.attempts
        self._queue.release(job, state.attempt)
        try:
            if state.cancelled and not state.ended:
                attempts.end(job, End("cancelled", "cancelled"), attempts.kept_history(job))
            if state.cancelled or state.ended:
                attempts.settle(job)
                self._queue.forget(job)
            elif state.paused:
                if state.running:
                    attempts.hand_back(job, state.attempt)  # who had it cannot any more
            elif state.accepted:
                delivery = Delivery(job, state.attempt + 1)
                if self._queue.may_redeliver(delivery):
                    counters.count("recoveries")
                    self.deliver(delivery)
        except (CorruptFileError, NotFoundError) as error:
            log.warning("job %s cannot be looked after: %s", job, error)

    def deliver(self, delivery: Delivery) -> None:
        """Have a job delivered for an attempt, by its priority and its caller's turn."""
        try:
            job = self._store.jobs.get(delivery.job)
        except (CorruptFileError, NotFoundError):
            self._queue.submit(delivery.job, delivery.attempt)  # whoever claims it ends it
            return
        self._queue.submit(job.id, delivery.attempt, job.priority, job.submission.principal)
        payload = fields(job=job.id, attempt=delivery.attempt, request_id=job.submission.request)
        log.info("job %s: delivered again", job.id, extra=payload)
