"""An attempt: from the claim of a delivered job to its end, or to handing it back."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime

from trainlet import counters, logs, tracing
from trainlet.errors import CorruptFileError, NotFoundError, ServiceUnavailableError
from trainlet.queue import Delivery, Queue
from trainlet.queue.counters import job_seconds
from trainlet.settings import Settings
from trainlet.span import NOTHING
from trainlet.store import End, History, Store
from worker.failures import crashed, describe
from worker.heartbeat import Heartbeat
from worker.metrics_push import push_counters
from worker.provenance import fingerprint
from worker.retry import retry
from worker.training import StoppedError, TrainingTask

log = logging.getLogger("trainlet.worker")

MAX_CRASHES = 3
"""A job that crashes so often from the same step would only go on to do so."""


class Attempt:
    """One attempt at a job; whatever happens in it, at most one end of the job is recorded."""

    def __init__(
        self, delivery: Delivery, worker: str, store: Store, queue: Queue, settings: Settings
    ) -> None:
        self._delivery = delivery
        self._worker = worker
        self._store = store
        self._queue = queue
        self._settings = settings
        self._is_stopping = False
        self._watch = Heartbeat(store, queue, delivery, settings.lease_seconds)
        self._lock: int | None = None
        self._span = NOTHING

    def stop(self) -> None:
        """Have the job handed back soon; for signal handlers."""
        self._is_stopping = True

    def run(self) -> None:
        """Take the job as far as possible, if it is there to be claimed."""
        delivery = self._delivery
        with tracing.span(
            "attempt",
            self._trace(),
            "consumer",
            trainlet__job=delivery.job,
            trainlet__attempt=delivery.attempt,
            trainlet__worker=self._worker,
        ) as self._span:
            self._run()

    def _trace(self) -> str | None:
        """The request that the job came with, for a parent of what is done here."""
        if tracing.is_on():
            with suppress(CorruptFileError, NotFoundError, ServiceUnavailableError):
                return self._store.jobs.get(self._delivery.job).submission.trace
        return None

    def _run(self) -> None:
        try:
            with tracing.span("claim") as span:
                step = self._claim()
                span.set_attributes(trainlet__step=step)
        except CorruptFileError as error:
            self._end(End("failed", "error", error=describe(error)), {})
            return
        except ServiceUnavailableError as error:
            log.warning("job %s waits: %s", self._delivery.job, error)
            return  # nothing was begun: it is delivered again
        if step is not None:
            self._watch.start()
            self._work(step)

    def _work(self, step: int) -> None:
        job = retry(lambda: self._store.jobs.get(self._delivery.job))
        logs.always(
            job=job.id,
            attempt=job.attempt,
            request_id=job.submission.request,
            trace_id=tracing.trace_id(),
        )
        counters.count("attempts")
        counters.count("retries", job.attempt > 1)
        log.info("job %s: attempt %d from step %d", job.id, self._delivery.attempt, step)
        seconds = self._settings.checkpoint_seconds
        room = self._settings.max_snapshot_bytes
        work = TrainingTask(job, self._store, seconds, self._watch.beat, self._is_over, room)
        try:
            end = work.run(step)
        except StoppedError:
            if not self._watch.cancelled:
                self._hand_back(work)
                return
            work.keep_last()
            end = End("cancelled", "cancelled")
        except Exception as error:
            # Training is deterministic: whatever went wrong, it would again.
            log.exception("job %s failed", job.id)
            with suppress(Exception):  # the failure is to be told, with or without a last state
                work.keep_last()
            end = End("failed", "error", error=describe(error))
        if self._store.attempts.state(job.id).attempt == self._delivery.attempt:
            self._end(end, work.history)

    def _claim(self) -> int | None:
        """Claim the attempt; the step to begin from, or None if it is not this process's turn."""
        job, attempt = self._delivery.job, self._delivery.attempt
        state = self._store.attempts.state(job)
        if not state.accepted or state.ended or attempt != state.attempt + 1:
            return None
        if state.paused and not state.cancelled:
            return None
        if state.running and self._is_held(state.attempt):
            return None
        self._store.jobs.get(job)  # readable, or there is no sense in an attempt
        step = self._store.checkpoints.newest(job) or 0
        if state.cancelled:
            self._end(End("cancelled", "cancelled"), self._store.attempts.kept_history(job))
            return None
        if self._store.attempts.crashes_at(job, step) >= MAX_CRASHES:
            end = End("failed", "error", error=crashed(MAX_CRASHES, step))
            self._end(end, self._store.attempts.kept_history(job))
            return None
        self._lock = self._store.attempts.claim(job, attempt, step, self._worker, fingerprint())
        if self._lock is None:
            return None
        with suppress(ServiceUnavailableError):
            self._watch.hold()
        return step

    def _is_held(self, attempt: int) -> bool:
        """Whether an earlier attempt lives; while Redis cannot tell, it does until it surely died.

        A job that is left to nobody is delivered again by who looks after jobs.
        """
        job = self._delivery.job
        try:
            return job in self._queue.holders([job])
        except ServiceUnavailableError:
            return not self._store.attempts.died(job, attempt)

    def _is_over(self) -> bool:
        return self._is_stopping or self._watch.cancelled or self._watch.paused

    def _hand_back(self, work: TrainingTask) -> None:
        with suppress(ServiceUnavailableError, NotFoundError):
            work.keep()
        retry(lambda: self._store.attempts.hand_back(self._delivery.job, self._delivery.attempt))
        log.info("job %s: attempt %d handed back", self._delivery.job, self._delivery.attempt)

    def _end(self, end: End, history: History) -> None:
        job = self._delivery.job
        self._watch.close()
        if retry(lambda: self._store.attempts.end(job, end, history)):
            log.info("job %s: %s", job, end.status)
            self._span.set_attributes(
                trainlet__status=end.status, trainlet__end_reason=end.end_reason
            )
            if end.error is not None:
                self._span.fail(end.error["title"])
            self._count(end)
        push_counters(self._queue)
        with suppress(ServiceUnavailableError):
            self._queue.release(job, self._delivery.attempt)

    def _count(self, end: End) -> None:
        seconds = 0.0
        with suppress(NotFoundError, CorruptFileError, ServiceUnavailableError):
            job = self._store.jobs.get(self._delivery.job)
            if job.started_at and job.finished_at:
                began, ended = map(datetime.fromisoformat, (job.started_at, job.finished_at))
                seconds = max(0.0, (ended - began).total_seconds())
        counters.add(job_seconds(end.status, seconds))
