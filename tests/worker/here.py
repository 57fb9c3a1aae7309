"""Training of a job in this process."""

from __future__ import annotations

import os
from typing import Any

from trainlet.config import from_json
from trainlet.errors import DivergenceError
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import End, Job, Store
from worker.failures import describe as describe_error
from worker.training import StoppedError, TrainingTask


def work(
    store: Store,
    document: dict[str, Any],
    start: bytes | None = None,
    room: int = 2**28,
    cancel_after: int | None = None,
) -> Job:
    """Accept a spec and take it to its end; or cancel it once so many epochs are done."""
    spec = from_json(JobSpec, document)
    job = store.jobs.accept(resolve(spec, describe(spec, store.datasets.read)), start=start)
    return finish(store, job.id, room=room, cancel_after=cancel_after)


def finish(
    store: Store,
    job_id: str,
    room: int = 2**28,
    cancel_after: int | None = None,
) -> Job:
    """Take an accepted job to its end; or cancel it once so many epochs are done."""
    descriptor = store.attempts.claim(job_id, 1, 0, "a test")
    assert descriptor is not None
    os.close(descriptor)
    epochs = [0]
    own = TrainingTask(
        store.jobs.get(job_id),
        store,
        3600.0,
        lambda progress, _: epochs.append(progress.epoch),
        lambda: cancel_after is not None and epochs[-1] >= cancel_after,
        room,
    )
    try:
        end = own.run(0)
    except StoppedError:
        own.keep_last()
        end = End("cancelled", "cancelled")
    except DivergenceError as error:
        own.keep_last()
        end = End("failed", "error", error=describe_error(error))
    store.attempts.end(job_id, end, own.history)
    store.attempts.settle(job_id)
    return store.jobs.get(job_id)
