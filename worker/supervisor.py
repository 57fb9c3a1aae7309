"""Supervisor: takes deliveries, forks one job process for each and monitors it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from contextlib import suppress
from multiprocessing.context import ForkProcess, SpawnProcess

from trainlet import counters
from trainlet.errors import NotFoundError, ServiceUnavailableError
from trainlet.logs import fields
from trainlet.queue import BackgroundTask, Delivery, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskReconciler, tasks_of
from worker.failure_detector import FailureDetector
from worker.healthcheck import HealthFile
from worker.job_process import run_job_process
from worker.metrics_push import push_counters
from worker.reconciler import Reconciler

log = logging.getLogger("trainlet.worker")

CHECK_INTERVAL_SECONDS = 0.2
"""Seconds between two checks of a job process."""

CANCEL_TIMEOUT_SECONDS = 1.5
"""Seconds for a job process to follow a signal or a cancel record. During one very long step it
cannot, and is killed."""

LEASE_TIMEOUT_SECONDS = 3.0
"""Seconds after its lease expired until a job process counts as frozen, if Redis is available."""

SWEEP_INTERVAL_SECONDS = 300.0
"""Seconds between two sweeps of expired records."""


class Supervisor:
    """Main process of a worker. It runs at most one job process at a time."""

    def __init__(self, name: str, settings: Settings, store: Store, queue: Queue) -> None:
        self.name = name
        self.stopping = False
        self._settings = settings
        self._store = store
        self._queue = queue
        self._reconciler = Reconciler(store, queue, settings.lease_seconds)
        self._background_tasks = TaskReconciler(store, queue)
        self._alive = HealthFile(settings.health_file)
        self._child: ForkProcess | SpawnProcess | None = None
        self._looked = 0.0
        self._swept = (
            time.monotonic() - os.getpid() % SWEEP_INTERVAL_SECONDS
        )  # staggered between workers

    def stop(self) -> None:
        """Stop taking deliveries and hand the current job back. Safe in signal handlers."""
        self.stopping = True
        if self._child is not None:
            with suppress(ProcessLookupError, ValueError, AttributeError):
                self._child.terminate()

    def leave(self) -> None:
        """Deregister this worker."""
        self._alive.leave()
        with suppress(ServiceUnavailableError):
            self._queue.leave(self.name)

    def check(self) -> None:
        """Register this worker as alive and reconcile all jobs; at most once per second."""
        if time.monotonic() - self._looked < 0.9:
            return
        self._looked = time.monotonic()
        try:
            self._queue.greet(self.name)
            self._reconciler.look()
            self._background_tasks.look()
            self._sweep()
            push_counters(self._queue)
            self._alive.say()
        except ServiceUnavailableError as error:
            log.warning("skipped reconciliation: %s", error)
            self._alive.say(f"cannot reconcile jobs: {error}")

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > SWEEP_INTERVAL_SECONDS:
            self._swept = time.monotonic()
            self._store.retention.sweep(
                self._settings.retained_jobs, self._settings.retained_histories
            )

    def _begin(self, work: Delivery | BackgroundTask) -> ForkProcess | SpawnProcess:
        """Start a job process: a fork or, where threads forbid forking, a slower spawn."""
        arguments = (work, self.name, os.getpid(), self._settings)
        child: ForkProcess | SpawnProcess
        if self._store.blobs.may_fork:
            fork = multiprocessing.get_context("fork")
            child = fork.Process(
                target=run_job_process, args=(*arguments, self._store), daemon=True
            )
        else:
            spawn = multiprocessing.get_context("spawn")
            child = spawn.Process(target=run_job_process, args=arguments, daemon=True)
        child.start()
        return child

    def run_job(self, delivery: Delivery) -> None:
        """Run one attempt in a job process until the process exits."""
        if self.stopping:
            # If Redis is unavailable, a reconciler delivers the job later.
            with suppress(ServiceUnavailableError):
                self._reconciler.deliver(delivery)
            return
        with suppress(ServiceUnavailableError):
            self._queue.take(delivery)
        self._child = child = self._begin(delivery)
        process = child.pid or 0
        try:
            self._oversee(child, delivery)
        finally:
            self._child = None
        with suppress(ServiceUnavailableError):
            # This is faster than waiting for a reconciler.
            crashed = bool(child.exitcode)
            self._reconciler.pass_on(delivery, process, crashed=crashed)

    def run_task(self, task: BackgroundTask) -> None:
        """Run a background task in a child process; hand it back if this worker must stop."""
        with suppress(ServiceUnavailableError):
            self._queue.take(task)
        if self.stopping:
            return  # a reconciler delivers it again
        child = self._begin(task)
        while child.exitcode is None:
            child.join(CHECK_INTERVAL_SECONDS)
            if self.stopping:
                child.kill()
                self._give_up(task)
            self.check()

    def _give_up(self, task: BackgroundTask) -> None:
        background_tasks = tasks_of(task.kind, self._store)
        with suppress(ServiceUnavailableError):
            attempt = background_tasks.state(task.id).attempt
            background_tasks.hand_back(task.id, attempt)
            self._queue.release(task.id, attempt)

    def _oversee(self, child: ForkProcess | SpawnProcess, delivery: Delivery) -> None:
        late = _Deadline(CANCEL_TIMEOUT_SECONDS)
        frozen = FailureDetector(self._settings.lease_seconds + LEASE_TIMEOUT_SECONDS)
        while child.exitcode is None:
            child.join(CHECK_INTERVAL_SECONDS)
            if child.exitcode is not None:
                break
            if self.stopping:
                # Repeat the signal: the first may arrive before the process has its handler.
                child.terminate()
            if late.over(self.stopping or self._is_to_leave(delivery.job)):
                if not self._is_cancelled(delivery.job):
                    self._hand_back(delivery)
                child.kill()
            if self._is_silent(frozen, delivery):
                log.warning(
                    "killed unresponsive job process",
                    extra=fields(job=delivery.job, attempt=delivery.attempt),
                )
                child.kill()
            self.check()
        if child.exitcode:
            counters.count("crashes")
            extra = fields(job=delivery.job, attempt=delivery.attempt, exit_status=child.exitcode)
            log.warning("crashed job process", extra=extra)

    def _is_cancelled(self, job: str) -> bool:
        with suppress(ServiceUnavailableError):
            return self._store.attempts.state(job).cancelled
        return False

    def _is_to_leave(self, job: str) -> bool:
        with suppress(ServiceUnavailableError):
            state = self._store.attempts.state(job)
            return state.cancelled or state.paused
        return False

    def _is_silent(self, suspicion: FailureDetector, delivery: Delivery) -> bool:
        """Return whether the process of an attempt has not renewed its lease for too long."""

        def silent() -> dict[str, float | None]:
            jobs = [delivery.job]
            holds = self._queue.holders(jobs).get(delivery.job) == delivery.attempt
            ages = self._queue.lease_ages(jobs, self._settings.lease_seconds) if holds else {}
            return {str(delivery): ages.get(delivery.job)}

        with suppress(ServiceUnavailableError):
            return bool(suspicion.lost(silent))
        return False

    def _hand_back(self, delivery: Delivery) -> None:
        with suppress(ServiceUnavailableError, NotFoundError):
            if self._store.attempts.state(delivery.job).attempt == delivery.attempt:
                self._store.attempts.hand_back(delivery.job, delivery.attempt)


class _Deadline:
    """Detects that a condition has held for longer than `seconds` without a break."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None

    def over(self, is_so: bool) -> bool:
        now = time.monotonic()
        self._since = (now if self._since is None else self._since) if is_so else None
        return self._since is not None and now - self._since > self._seconds
