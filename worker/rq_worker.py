"""What of RQ 3.0 is overridden; nowhere else does this project reach into RQ.

RQ brings an id to a worker. Whose turn it is, whether an attempt lives, what it did and how it
ended stand in the store, so RQ's statuses, leases, retries, results and callbacks have no part.
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
"""Seconds without Redis after which a worker gives up; it holds nothing that could be lost."""


class StoppableBackoff(ConstantBackoff):
    """A second between two attempts to reach Redis, and none once the worker is told to stop."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        super().__init__(1)
        self._is_stopping = is_stopping

    def compute(self, failures: int) -> float:
        if self._is_stopping():
            raise StopRequested
        return super().compute(failures)


class IdJob(Job):
    """A delivery: an id, whatever else may have been written under it."""

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> IdJob:  # noqa: A002
        """Make a job of the id alone.

        RQ reads the job's hash here, and later the function, arguments, callbacks and webhooks
        in it, which are for whoever can write to Redis to choose. For an id that is none of ours
        RQ would let the worker quit; a job that does not exist it skips.
        """
        if Delivery.parse(id) is None and BackgroundTask.parse(id) is None:
            raise NoSuchJobError(f"{id!r} is no delivery")
        return cls(id, connection=connection, serializer=serializer)


class RqWorker(Worker):
    """RQ's loop around `Supervisor`."""

    job_class = IdJob
    max_connection_wait_time = 1.0  # an idle worker would stay away for up to a minute
    should_run_maintenance_tasks = True  # at every turn of the loop, that is each second

    def __init__(self, connection: Redis, parent: Supervisor) -> None:
        super().__init__(
            list(NAMES),
            name=parent.name,
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=16,  # RQ waits for 15 seconds less, so that the loop turns each second
            log_job_description=False,
        )
        self._parent = parent

    def execute_job(self, job: Job, queue: Any) -> None:
        """Hand the id over. RQ's own would record statuses, and raise where they are gone."""
        delivery, task = Delivery.parse(job.id), BackgroundTask.parse(job.id)
        if delivery is not None:
            self._parent.run_job(delivery)
        elif task is not None:
            self._parent.run_task(task)

    def run_maintenance_tasks(self) -> None:
        """Look after jobs without a worker. RQ's own would retry and fail jobs by its registries.

        This is also the one place to stop at: no delivery is in hand here.
        """
        if self._parent.stopping:
            raise StopRequested
        self._parent.check()

    def _shutdown(self) -> None:
        """Note that a signal came. RQ's own raises at once and can lose a delivery."""
        self._parent.stop()

    def subscribe(self) -> None:
        """Do not listen for commands: it takes a thread, which does not go well with forking."""


def serve(settings: Settings) -> int:
    """Run one worker until it is told to stop; answers the exit status."""
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
        # A function, for each connection copies what it retries by, and this worker is one.
        retry = Retry(StoppableBackoff(lambda: parent.stopping), RETRY_SECONDS)
        with suppress(StopRequested):  # also where Redis is not there to be told so
            RqWorker(connect(settings.queue_url, retry), parent).work(logging_level="WARNING")
    except (TrainletError, RedisError) as error:
        log.error("the worker stops: %s", error)  # noqa: TRY400
        return 1
    parent.leave()
    return 0 if parent.stopping else 1
