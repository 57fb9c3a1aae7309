"""Reconciler: requeues jobs that Redis or a worker lost, and cleans up ended jobs."""

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
"""Seconds allowed from the delivery of a job to its claim, or from its acceptance to its queueing.
If it takes longer, the job is delivered twice, and only one of the deliveries is claimed."""


class Reconciler:
    """Finds accepted jobs that have not ended, are not queued and have no live attempt.

    On its own machine, a worker detects a dead process at once by the lock on its claim. For
    other machines, and for unresponsive processes, the age of the lease decides. Its mere absence
    does not, because Redis may have lost it.
    """

    def __init__(self, store: Store, queue: Queue, lease: float) -> None:
        self._store = store
        self._queue = queue
        self._lease = lease
        self._suspicion = FailureDetector(lease + GRACE_SECONDS)

    def look(self) -> None:
        """Check all unsettled jobs. Call this once per second. Raises ServiceUnavailableError."""
        for text in self._suspicion.lost(self._silent):
            silent = Delivery.parse(text)
            if silent is not None:
                state = self._store.attempts.state(silent.job)
                if state.attempt == silent.attempt:
                    self._recover(silent.job, state)

    def _silent(self) -> dict[str, float | None]:
        """Return the running attempts and the seconds since each renewed its lease.

        Jobs that certainly have no live attempt are recovered here.
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
        """Return whether a job needs recovery and certainly has no live attempt."""
        state = state or self._store.attempts.state(job)
        if state.running:
            return self._store.attempts.died(job, state.attempt)
        waits = state.accepted and not state.paused
        return state.ended or state.cancelled or waits

    def pass_on(self, delivery: Delivery, process: int, *, crashed: bool) -> None:
        """Recover a job at once after its process in this worker exited.

        If the process exited normally without a claim, the job could not be claimed, and another
        delivery would not change that. Raises ServiceUnavailableError.
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
        """Take the next step for a job without a live attempt: clean up, end or requeue it.

        An incompletely accepted job is left alone, because its client received no response.
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
                    attempts.hand_back(job, state.attempt)  # its process cannot do so any more
            elif state.accepted:
                delivery = Delivery(job, state.attempt + 1)
                if self._queue.may_redeliver(delivery):
                    counters.count("recoveries")
                    self.deliver(delivery)
        except (CorruptFileError, NotFoundError) as error:
            log.warning("skipped unreadable job: %s", error, extra=fields(job=job))

    def deliver(self, delivery: Delivery) -> None:
        """Queue an attempt at a job by its priority and its principal's fair share."""
        try:
            job = self._store.jobs.get(delivery.job)
        except (CorruptFileError, NotFoundError):
            self._queue.submit(delivery.job, delivery.attempt)  # the claim records the failure
            return
        self._queue.submit(job.id, delivery.attempt, job.priority, job.submission.principal)
        extra = fields(job=job.id, attempt=delivery.attempt, request_id=job.submission.request)
        log.info("requeued job", extra=extra)
