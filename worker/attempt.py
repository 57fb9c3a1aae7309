"""One attempt at a job: claim, training, and the recorded end or a hand-back."""

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
"""A job fails after as many crashes from the same step: further attempts would crash too."""


class Attempt:
    """Run one attempt at a job. At most one end of the job is ever recorded."""

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
        """Request that the job is handed back soon. Safe in signal handlers."""
        self._is_stopping = True

    def run(self) -> None:
        """Claim the job and train it, unless it cannot be claimed."""
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
        """Return the trace parent of the request that created the job."""
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
            log.warning("postponed job: %s", error, extra=self._fields())
            return  # nothing was started, so the reconciler delivers the job again
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
        log.info("started job", extra=self._fields(step=step))
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
            # Training is deterministic, so another attempt would fail in the same way.
            log.exception("failed job", extra=self._fields())
            with suppress(Exception):  # the failure is recorded even if the snapshot cannot be
                work.keep_last()
            end = End("failed", "error", error=describe(error))
        if self._store.attempts.state(job.id).attempt == self._delivery.attempt:
            self._end(end, work.history)

    def _claim(self) -> int | None:
        """Claim the attempt and return its first step, or None if it cannot be claimed."""
        job, attempt = self._delivery.job, self._delivery.attempt
        state = self._store.attempts.state(job)
        if not state.accepted or state.ended or attempt != state.attempt + 1:
            return None
        if state.paused and not state.cancelled:
            return None
        if state.running and self._is_held(state.attempt):
            return None
        self._store.jobs.get(job)  # an attempt at an unreadable job would be pointless
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
        """Return whether an earlier attempt is alive.

        While Redis is unavailable, an attempt counts as alive until its process is known to be
        dead. The reconciler delivers the job again if no attempt is left.
        """
        job = self._delivery.job
        try:
            return job in self._queue.holders([job])
        except ServiceUnavailableError:
            return not self._store.attempts.died(job, attempt)

    def _is_over(self) -> bool:
        return self._is_stopping or self._watch.cancelled or self._watch.paused

    def _fields(self, **values: object) -> dict[str, object]:
        return logs.fields(job=self._delivery.job, attempt=self._delivery.attempt, **values)

    def _hand_back(self, work: TrainingTask) -> None:
        with suppress(ServiceUnavailableError, NotFoundError):
            work.keep()
        retry(lambda: self._store.attempts.hand_back(self._delivery.job, self._delivery.attempt))
        log.info("handed back job", extra=self._fields())

    def _end(self, end: End, history: History) -> None:
        job = self._delivery.job
        self._watch.close()
        if retry(lambda: self._store.attempts.end(job, end, history)):
            log.info("finished job", extra=self._fields(status=end.status))
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
