"""The queue: what is in flight, in Redis. All of it can be lost; the store knows what was accepted.

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
"""RQ's queues, first served first: of each priority what was begun before what was not. From a
single one RQ pops by way of a list of its own, in which a job could be stuck."""

REDELIVERY_MS = 900
"""From one delivery of what was lost to the next: those who look do so each second."""


class Queue:
    """Jobs waiting, who works on which, and how far they are.

    Every method raises ServiceUnavailableError when Redis cannot be reached.
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
        """Raise ServiceUnavailableError unless Redis answers."""
        with translated_errors():
            self._redis.ping()

    def check_room(self) -> None:
        """Raise QueueFullError if no further job should be accepted now."""
        with translated_errors():
            waiting = sum(self._lengths())
        if waiting >= self._max_waiting:
            raise QueueFullError(f"{waiting} jobs are waiting; at most {self._max_waiting} may")

    def submit(
        self, job: str, attempt: int = 1, priority: str = "normal", principal: str | None = None
    ) -> None:
        """Deliver a job to the next free worker; later attempts go before first ones.

        First ones of several callers are served in turn.
        """
        kind = "accepted" if attempt == 1 else "resumed"
        with translated_errors():
            # RQ wants a function; nobody looks it up.
            queue = self._queues[f"trainlet-{kind}-{priority}"]
            delivery = str(Delivery(job, attempt))
            queue.enqueue_call("trainlet", job_id=delivery)
            if principal is not None and attempt == 1:
                self._shares.place(queue.key, delivery, principal)

    def may_redeliver(self, delivery: Delivery) -> bool:
        """Whether to deliver what seems to be lost: of all who see that at once, one may.

        When it is lost again, somebody may a second later.
        """
        with translated_errors():
            key = f"trainlet:redelivered:{delivery}"
            return bool(self._redis.set(key, 1, nx=True, px=REDELIVERY_MS))

    def withdraw(self, job: str, attempt: int = 1) -> None:
        """Take a delivery back that no worker shall have, if none has it yet."""
        delivery = Delivery(job, attempt)
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lrem(queue.key, 0, str(delivery))
            pipeline.delete(RqJob.key_for(str(delivery)))
            pipeline.execute()

    def submit_task(self, task: BackgroundTask) -> None:
        """Deliver an errand; it goes before jobs, of which many take long or wait for it."""
        with translated_errors():
            self._queues["trainlet-resumed-high"].enqueue_call("trainlet", job_id=str(task))

    def take(self, delivery: Delivery | BackgroundTask) -> None:
        """Drop what RQ wrote about a delivery; it is in a worker's hands now."""
        with translated_errors():
            self._redis.delete(RqJob.key_for(str(delivery)))
            self._shares.forget(str(delivery))

    def position(self, job: str, attempt: int = 1) -> int | None:
        """The place in the queue of a job that waits for an attempt: 1 is next, None not there."""
        delivery = str(Delivery(job, attempt))
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lpos(queue.key, delivery)
                pipeline.llen(queue.key)
            result = pipeline.execute()
        ahead = 0
        for place, length in zip(result[::2], result[1::2], strict=True):
            if place is not None:
                return ahead + int(place) + 1
            ahead += int(length)
        return None

    def place(self, priority: str = "normal") -> int:
        """The place in the queue that a new job would get; 1 is next."""
        with translated_errors():
            lengths = self._lengths()
        return sum(lengths[: NAMES.index(f"trainlet-accepted-{priority}") + 1]) + 1

    def waiting(self) -> set[str]:
        """The ids of all jobs that wait for a worker."""
        result = map(Delivery.parse, self._texts())
        return {delivery.job for delivery in result if delivery}

    def waiting_tasks(self, kind: Kind) -> set[str]:
        """The ids of all errands of a kind that wait for a worker."""
        result = map(BackgroundTask.parse, self._texts())
        return {task.id for task in result if task and task.kind == kind}

    def _texts(self) -> list[str]:
        with translated_errors(), self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.lrange(queue.key, 0, -1)
            return [text.decode(errors="replace") for part in pipeline.execute() for text in part]

    def hold(self, job: str, attempt: int, seconds: float) -> bool:
        """Hold the lease of a job for some seconds; False if a higher attempt does."""
        with translated_errors():
            return self._leases.hold(job, attempt, seconds)

    def release(self, job: str, attempt: int) -> bool:
        """Give up the lease that an attempt holds; False if it holds none."""
        with translated_errors():
            return self._leases.release(job, attempt)

    def holders(self, jobs: Sequence[str]) -> dict[str, int]:
        """The attempt that holds the lease of each of these jobs that has one."""
        with translated_errors():
            return self._leases.holders(jobs)

    def report(self, job: str, progress: Progress, history: History, held: int) -> int:
        """Tell progress, and history beyond the `held` epochs known here; answers the new `held`.

        -1 means that a higher attempt has reported, and that nothing was changed.
        """
        with translated_errors():
            return self._reports.report(job, progress, history, held)

    def progress(self, job: str) -> Progress | None:
        """How far a running job is, or None if nothing is known."""
        with translated_errors():
            return self._reports.progress(job)

    def history(self, job: str) -> History:
        """The finished epochs of a running job, as far as known here: one list a metric."""
        with translated_errors():
            return self._reports.history(job)

    def later_history(self, job: str, parts: int, epochs: int) -> tuple[int, History]:
        """The history after so many epochs, for one who has read so many parts of it before.

        Answers with it the parts that have been read now.
        """
        with translated_errors():
            return self._reports.later(job, parts, epochs)

    def forget(self, job: str) -> None:
        """Drop the progress and history of a job that has ended."""
        with translated_errors():
            self._reports.forget(job)

    def greet(self, worker: str) -> None:
        """Say that a worker is alive; to be repeated each second."""
        with translated_errors():
            self._presence.greet(worker)

    def leave(self, worker: str) -> None:
        """Say that a worker stops."""
        with translated_errors():
            self._presence.leave(worker)

    def workers(self) -> int:
        """How many workers are alive."""
        with translated_errors():
            return self._presence.count()

    def count(self, counts: Mapping[str, float]) -> None:
        """Add to what all workers together have counted."""
        with translated_errors():
            self._counters.add(counts)

    def counters(self) -> dict[str, float]:
        """What all workers together have counted."""
        with translated_errors():
            return self._counters.all()

    def lengths(self) -> dict[tuple[str, str], int]:
        """How many wait, by priority and by whether they were begun before."""
        with translated_errors():
            lengths = self._lengths()
        kinds = (name.split("-")[1:] for name in NAMES)
        return {
            (priority, kind): length
            for (kind, priority), length in zip(kinds, lengths, strict=True)
        }

    def lease_ages(self, jobs: Sequence[str], seconds: float) -> dict[str, float]:
        """For each of these jobs that has a lease, the seconds since it was held for `seconds`."""
        with translated_errors():
            return self._leases.ages(jobs, seconds)

    def _lengths(self) -> list[int]:
        with self._redis.pipeline(transaction=False) as pipeline:
            for queue in self._queues.values():
                pipeline.llen(queue.key)
            return [int(length) for length in pipeline.execute()]
