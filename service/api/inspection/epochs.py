"""Networks restored from the snapshots of a job."""

from __future__ import annotations

from service.api.inspection.passes import Subject
from service.api.jobs.warm_start import not_kept
from service.api.paths import job_path
from service.context import Context
from service.http.problems import InvalidQueryError
from trainlet.config import from_json
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import ConflictError, CorruptFileError, ValidationError
from trainlet.network import Network, State
from trainlet.store import Job, Model, unpack_snapshot


def subject_at(job_id: str, epoch: int | None, ctx: Context) -> Subject:
    """Return the network of a job after an epoch, restored from its snapshot.

    Raises NotFoundError, ConflictError if the job has no snapshots, and InvalidQueryError if that
    epoch has none.
    """
    job = ctx.store.jobs.get(job_id)
    epochs = ctx.store.snapshots.epochs(job_id)
    if not epochs:
        raise ConflictError(
            f"Job {job_id} has no snapshots; training/record/snapshots of its spec is "
            f"{job.spec.training.record.snapshots}."
        )
    chosen = epochs[-1] if epoch is None else epoch
    if chosen not in epochs:
        raise InvalidQueryError([not_kept(chosen, epochs)])
    try:
        state, model = _restored(job, ctx.store.snapshots.read(job_id, chosen))
    except (ValidationError, LookupError, TypeError, ValueError) as error:
        raise CorruptFileError(
            f"The snapshot of job {job_id} after epoch {chosen} is corrupt."
        ) from error
    name = {"job": {"id": job_id, "epoch": chosen, "path": job_path(job.id)}}
    return Subject(name, model, lambda: state.generator)


def _restored(job: Job, data: bytes) -> tuple[State, Model]:
    snapshot = unpack_snapshot(data)
    state = State.restore(snapshot.arrays, snapshot.about["counters"])
    shape = tuple(int(size) for size in snapshot.about["input_shape"])
    architecture = job.spec.architecture
    model = Model(
        job=job.id,
        spec=job.spec,
        network=Network(architecture.layers, shape, architecture.dtype),
        parameters=state.parameters,
        preprocessing=from_json(FittedPreprocessing, snapshot.about["preprocessing"]),
        history=state.history,
        metrics={name: values[-1] for name, values in state.history.items() if values},
        provenance={"epoch": state.epoch},
    )
    return state, model
