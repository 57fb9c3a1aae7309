"""Worker class for RQ 3.0 with all overridden methods.

No other module depends on RQ internals. RQ only delivers an id to a worker. Scheduling, leases,
attempts and results are in Redis and the store, so RQ's statuses, retries, results and callbacks
are not used.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Worker
from rq.exceptions import NoSuchJobError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from trainlet import logs, tracing
from trainlet.errors import TrainletError
from trainlet.queue import NAMES, BackgroundTask, Delivery, Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store
from worker.preload import preload
from worker.supervisor import Supervisor

log = logging.getLogger("trainlet.worker")

RETRY_SECONDS = 60
"""Seconds without Redis after which a worker exits. It holds nothing that could be lost."""


class StoppableBackoff(ConstantBackoff):
    """Waits one second between attempts to reach Redis, and stops waiting on shutdown."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        super().__init__(1)
        self._is_stopping = is_stopping

    def compute(self, failures: int) -> float:
        if self._is_stopping():
            raise StopRequested
        return super().compute(failures)


class IdJob(Job):
    """A delivery: only its id counts, not the hash stored in Redis under that id."""

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> IdJob:  # noqa: A002
        """Create a job from the id alone.

        RQ reads the job's hash here and later calls its function, callbacks and webhooks. Anyone
        with access to Redis could choose those. RQ skips a job that does not exist; for an id of
        another form, the worker would exit.
        """
        if Delivery.parse(id) is None and BackgroundTask.parse(id) is None:
            raise NoSuchJobError(f"{id!r} is not a delivery")
        return cls(id, connection=connection, serializer=serializer)


class RqWorker(Worker):
    """Runs RQ's loop around a `Supervisor`."""

    job_class = IdJob
    max_connection_wait_time = 1.0  # by default an idle worker may wait up to a minute
    should_run_maintenance_tasks = True  # in each iteration of the loop, that is each second

    def __init__(self, connection: Redis, parent: Supervisor) -> None:
        super().__init__(
            list(NAMES),
            name=parent.name,
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=16,  # RQ waits 15 seconds less, so the loop runs once per second
            log_job_description=False,
        )
        self._parent = parent

    def execute_job(self, job: Job, queue: Any) -> None:
        """Pass the id to the supervisor. RQ's method would record statuses in Redis."""
        delivery, task = Delivery.parse(job.id), BackgroundTask.parse(job.id)
        if delivery is not None:
            self._parent.run_job(delivery)
        elif task is not None:
            self._parent.run_task(task)

    def run_maintenance_tasks(self) -> None:
        """Reconcile jobs. RQ's method would retry and fail jobs by its registries.

        The worker also stops here, because no delivery is in progress at this point.
        """
        if self._parent.stopping:
            raise StopRequested
        self._parent.check()

    def _shutdown(self) -> None:
        """Request the shutdown. RQ's method raises at once and can lose a delivery."""
        self._parent.stop()

    def subscribe(self) -> None:
        """Skip RQ's command listener, whose thread is unsafe with forking."""


def serve(settings: Settings) -> int:
    """Run one worker until it is stopped, and return the exit status."""
    logs.begin(settings.log_format)
    logging.getLogger("rq").setLevel(logging.WARNING)
    tracing.prepare()
    preload()
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        parent = Supervisor(
            name,
            settings,
            Store(settings.blob_url, settings.kept_dir),
            Queue(connect(settings.queue_url)),
        )
        # A function, because each connection copies its retry policy.
        retry = Retry(StoppableBackoff(lambda: parent.stopping), RETRY_SECONDS)
        with suppress(StopRequested):  # also raised while Redis is unavailable
            RqWorker(connect(settings.queue_url, retry), parent).work(logging_level="WARNING")
    except (TrainletError, RedisError) as error:
        log.error("stopped worker: %s", error)  # noqa: TRY400
        return 1
    parent.leave()
    return 0 if parent.stopping else 1
