"""Job queue in Redis. It can be lost, because the store is the record of accepted jobs.

queue = Queue(connect("unix:///run/trainlet/valkey.sock"))
queue.check_room()
job = store.jobs.accept(spec)
queue.submit(job.id)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redis import Redis
from rq import Queue as RqQueue
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from trainlet.errors import QueueFullError
from trainlet.queue.connection import connect, translated_errors
from trainlet.queue.counters import Counters
from trainlet.queue.delivery import BackgroundTask, Delivery, Kind
from trainlet.queue.fair_queue import FairQueue
from trainlet.queue.leases import Leases
from trainlet.queue.progress import History, Progress, Reports
from trainlet.queue.worker_registry import WorkerRegistry

__all__ = ["NAMES", "BackgroundTask", "Delivery", "History", "Kind", "Progress", "Queue", "connect"]

PRIORITIES = ("high", "normal", "low")
NAMES = tuple(
    f"trainlet-{kind}-{priority}" for priority in PRIORITIES for kind in ("resumed", "accepted")
)
"""RQ's queues in the order of service: within each priority, resumed jobs come first. RQ pops from
a single queue by an intermediate list, in which a job could get stuck, so there are several."""

REDELIVERY_MS = 900
"""Milliseconds between two redeliveries of a lost job; reconcilers check once per second."""


class Queue:
    """Waiting jobs, leases, progress, live workers and counters.

    Every method raises ServiceUnavailableError if Redis is unavailable.
    """

    def __init__(self, redis: Redis, max_waiting: int = 10_000) -> None:
        self._redis = redis
        self._max_waiting = max_waiting
        self._queues = {
            name: RqQueue(name, connection=redis, serializer=JSONSerializer) for name in NAMES
        }
        self._leases = Leases(redis)
        self._reports = Reports(redis)
        self._presence = WorkerRegistry(redis)
        self._counters = Counters(redis)
        first = tuple(queue.key for name, queue in self._queues.items() if "accepted" in name)
        self._shares = FairQueue(redis, first)

    def ping(self) -> None:
        """Raise ServiceUnavailableError unless Redis responds."""
        with translated_errors():
            self._redis.ping()

    def check_room(self) -> None:
        """Raise QueueFullError if the queue has reached its limit."""
        with translated_errors():
            waiting = sum(self._lengths())
        if waiting >= self._max_waiting:
            message = f"{waiting} jobs are queued; at most {self._max_waiting} are allowed"
            raise QueueFullError(f"{message} (setting TRAINLET_MAX_QUEUED)")

    def submit(
        self, job: str, attempt: int = 1, priority: str = "normal", principal: str | None = None
    ) -> None:
        """Deliver a job to the next free worker; later attempts go before first ones.

        First attempts of several principals are served in turn.
        """
        kind = "accepted" if attempt == 1 else "resumed"
        with translated_errors():
            # RQ requires a function name, which is never resolved.
            queue = self._queues[f"trainlet-{kind}-{priority}"]
            delivery = str(Delivery(job, attempt))
            queue.enqueue_call("trainlet", job_id=delivery)
            if principal is not None and attempt == 1:
                self._shares.place(queue.key, delivery, principal)

    def may_redeliver(self, delivery: Delivery) -> bool:
        """Return whether to redeliver a lost job; only one of concurrent callers may.

        If it is lost again, a caller may a second later.
        """
        with translated_errors():
            key = f"trainlet:redelivered:{delivery}"
            return bool(self._redis.set(key, 1, nx=True, px=REDELIVERY_MS))

    def withdraw(self, job: str, attempt: int = 1) -> None:
        """Remove a delivery from the queue, unless a worker has taken it."""
        delivery = Delivery(job, attempt)
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lrem(queue.key, 0, str(delivery))
            pipeline.delete(RqJob.key_for(str(delivery)))
            pipeline.execute()

    def submit_task(self, task: BackgroundTask) -> None:
        """Deliver a background task, before all jobs: many jobs are long or depend on one."""
        with translated_errors():
            self._queues["trainlet-resumed-high"].enqueue_call("trainlet", job_id=str(task))

    def take(self, delivery: Delivery | BackgroundTask) -> None:
        """Drop RQ's hash of a delivery that a worker has taken."""
        with translated_errors():
            self._redis.delete(RqJob.key_for(str(delivery)))
            self._shares.forget(str(delivery))

    def position(self, job: str, attempt: int = 1) -> int | None:
        """Return the queue position of a waiting job; 1 is next, None if it is not queued."""
        delivery = str(Delivery(job, attempt))
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lpos(queue.key, delivery)
                pipeline.llen(queue.key)
            result = pipeline.execute()
        ahead = 0
        for index, length in zip(result[::2], result[1::2], strict=True):
            if index is not None:
                return ahead + int(index) + 1
            ahead += int(length)
        return None

    def place(self, priority: str = "normal") -> int:
        """Return the queue position of a new job; 1 is next."""
        with translated_errors():
            lengths = self._lengths()
        return sum(lengths[: NAMES.index(f"trainlet-accepted-{priority}") + 1]) + 1

    def waiting(self) -> set[str]:
        """Return the ids of all queued jobs."""
        result = map(Delivery.parse, self._texts())
        return {delivery.job for delivery in result if delivery}

    def waiting_tasks(self, kind: Kind) -> set[str]:
        """Return the ids of all queued background tasks of a kind."""
        result = map(BackgroundTask.parse, self._texts())
        return {task.id for task in result if task and task.kind == kind}

    def _texts(self) -> list[str]:
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lrange(queue.key, 0, -1)
            return [text.decode(errors="replace") for part in pipeline.execute() for text in part]

    def hold(self, job: str, attempt: int, seconds: float) -> bool:
        """Acquire or renew a job's lease for some seconds; False if a higher attempt holds it."""
        with translated_errors():
            return self._leases.hold(job, attempt, seconds)

    def release(self, job: str, attempt: int) -> bool:
        """Release the lease of an attempt; False if it holds none."""
        with translated_errors():
            return self._leases.release(job, attempt)

    def holders(self, jobs: Sequence[str]) -> dict[str, int]:
        """Return the attempt that holds the lease, for each of these jobs with a lease."""
        with translated_errors():
            return self._leases.holders(jobs)

    def report(self, job: str, progress: Progress, history: History, held: int) -> int:
        """Report progress and the history after the `held` epochs in Redis; return the new `held`.

        Returns -1 without a change if a higher attempt has reported.
        """
        with translated_errors():
            return self._reports.report(job, progress, history, held)

    def progress(self, job: str) -> Progress | None:
        """Return the progress of a running job; None if it is unknown."""
        with translated_errors():
            return self._reports.progress(job)

    def history(self, job: str) -> History:
        """Return the reported epochs of a running job: one list per metric."""
        with translated_errors():
            return self._reports.history(job)

    def later_history(self, job: str, parts: int, epochs: int) -> tuple[int, History]:
        """Return the history after `epochs` epochs, for a reader that has read `parts` parts.

        The first element is the number of parts read now.
        """
        with translated_errors():
            return self._reports.later(job, parts, epochs)

    def forget(self, job: str) -> None:
        """Drop the progress and history of an ended job."""
        with translated_errors():
            self._reports.forget(job)

    def greet(self, worker: str) -> None:
        """Register a worker as alive. Repeat this each second."""
        with translated_errors():
            self._presence.greet(worker)

    def leave(self, worker: str) -> None:
        """Deregister a worker."""
        with translated_errors():
            self._presence.leave(worker)

    def workers(self) -> int:
        """Return the number of live workers."""
        with translated_errors():
            return self._presence.count()

    def count(self, counts: Mapping[str, float]) -> None:
        """Add to the totals of all workers."""
        with translated_errors():
            self._counters.add(counts)

    def counters(self) -> dict[str, float]:
        """Return the totals of all workers."""
        with translated_errors():
            return self._counters.all()

    def lengths(self) -> dict[tuple[str, str], int]:
        """Return the number of queued jobs by priority and kind (resumed or accepted)."""
        with translated_errors():
            lengths = self._lengths()
        kinds = (name.split("-")[1:] for name in NAMES)
        return {
            (priority, kind): length
            for (kind, priority), length in zip(kinds, lengths, strict=True)
        }

    def lease_ages(self, jobs: Sequence[str], seconds: float) -> dict[str, float]:
        """Return the seconds since each lease was renewed for `seconds`, by job."""
        with translated_errors():
            return self._leases.ages(jobs, seconds)

    def _lengths(self) -> list[int]:
        with self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.llen(queue.key)
            return [int(length) for length in pipeline.execute()]
