"""Initial training state of a job: initial weights or the snapshot of another job."""

from __future__ import annotations

from trainlet.network import Repeats, State, first_repeats, first_state, fork, with_weights
from trainlet.store import Job, Store, unpack_snapshot
from worker.data import PreparedData


def initial_state(job: Job, store: Store, prepared: PreparedData) -> State | Repeats:
    """Return the state before a job's first step.

    Raises CorruptFileError, or NotFoundError if the snapshot to start from was deleted.
    """
    training, start = job.spec.training, job.spec.start_from
    if job.spec.repeats > 1:
        return first_repeats(prepared.network, training, job.spec.repeats)
    if start is None:
        return first_state(prepared.network, training)
    snapshot = unpack_snapshot(store.snapshots.start(job.id))
    if start.state == "all":
        return fork(snapshot.arrays, snapshot.about["counters"], prepared.network, training)
    return with_weights(snapshot.arrays["parameters"], prepared.network, training)
