"""Results of jobs."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from tests.eventually import eventually
from tests.forked import Forked
from tests.worker.processes import child_of
from tests.worker.specs import ENDLESS, job
from trainlet.queue import Queue
from trainlet.store import Job, Store


def ended(store: Store, job: Job, seconds: float = 120) -> Job:
    """The job once it has ended and all is cleaned up after it."""
    eventually(lambda: store.jobs.get(job.id).ended, seconds, f"job {job.id} ends")
    eventually(lambda: job.id not in store.attempts.unsettled(), what="it is cleaned up after")
    return store.jobs.get(job.id)


def submit(store: Store, queue: Queue, spec: Any) -> Job:
    job = store.jobs.accept(spec)
    queue.submit(job.id)
    return job


def weights(store: Store, job: Job) -> NDArray[Any]:
    return store.models.load(job.name, job.version).parameters


def begun(store: Store, job: Job, attempt: int) -> None:
    """Wait until an attempt has claimed the job."""
    eventually(lambda: store.jobs.get(job.id).attempt == attempt, what=f"attempt {attempt} begins")


def checkpointed(store: Store, job: Job, beyond: int = 0) -> int:
    """The steps done at a checkpoint later than `beyond`, as soon as there is one."""
    return (
        eventually(
            lambda: (
                (store.checkpoints.newest(job.id) or 0) > beyond
                and store.checkpoints.newest(job.id)
            ),
            what=f"a checkpoint beyond step {beyond}",
        )
        or 0
    )


def at_work(worker: Forked, store: Store, queue: Queue, epochs: int = ENDLESS) -> tuple[Job, int]:
    """A job that a worker has kept a checkpoint of, and the process of the child that trains it."""
    accepted = submit(store, queue, job(epochs=epochs))
    checkpointed(store, accepted)
    return accepted, child_of(worker)
