"""Warm starts: jobs that continue from a snapshot of another job."""

from __future__ import annotations

from dataclasses import replace

from service.context import Context
from trainlet.datasets import Description
from trainlet.errors import FieldError, NotFoundError, ValidationError
from trainlet.network import Network
from trainlet.spec import JobSpec, StartFrom, fork_errors, network_of
from trainlet.store import Snapshot, pack_snapshot, unpack_snapshot

ALLOWED = "the id of a job with snapshots"


def warm_start(
    spec: JobSpec, description: Description, ctx: Context
) -> tuple[JobSpec, bytes | None]:
    """Return the spec with its start epoch resolved, and the snapshot file.

    Raises ValidationError with every error and its location.
    """
    start = spec.start_from
    if start is None:
        return spec, None
    epoch = _epoch(start, ctx)
    snapshot = unpack_snapshot(ctx.store.snapshots.read(start.job, epoch))
    origin = ctx.store.jobs.get(start.job).spec
    architecture = origin.architecture
    shape = tuple(int(size) for size in snapshot.about["input_shape"])
    before = Network(architecture.layers, shape, architecture.dtype)
    network = network_of(spec, description)
    errors = fork_errors(spec, network, origin, before, epoch)
    if errors:
        raise ValidationError(errors)
    if start.state == "weights":
        parameters = network.flat(before.arrays(snapshot.arrays["parameters"]))
        arrays = {"parameters": parameters}
        snapshot = Snapshot(snapshot.job, snapshot.epoch, arrays, snapshot.about)
    return replace(spec, start_from=replace(start, epoch=epoch)), pack_snapshot(snapshot)


def _epoch(start: StartFrom, ctx: Context) -> int:
    try:
        ctx.store.jobs.get(start.job)
    except NotFoundError:
        detail = f"must be {ALLOWED}; job {start.job} does not exist"
        raise ValidationError(
            [FieldError(("start_from", "job"), start.job, ALLOWED, detail)]
        ) from None
    epochs = ctx.store.snapshots.epochs(start.job)
    if not epochs:
        detail = f"must be {ALLOWED}; job {start.job} has none"
        raise ValidationError([FieldError(("start_from", "job"), start.job, ALLOWED, detail)])
    epoch = epochs[-1] if start.epoch is None else start.epoch
    if epoch not in epochs:
        raise ValidationError([not_kept(epoch, epochs).under("start_from")])
    return epoch


def not_kept(epoch: int, epochs: list[int]) -> FieldError:
    """Return the error message for an epoch without a snapshot, with the nearest epochs."""
    before = [earlier for earlier in epochs if earlier < epoch][-1:]
    after = [later for later in epochs if later > epoch][:1]
    nearest = " or ".join(str(neighbor) for neighbor in before + after)
    detail = (
        f"must be an epoch with a snapshot, not {epoch}; the nearest are {nearest}"
        if before and after
        else (f"must be an epoch with a snapshot, not {epoch}; the nearest is {nearest}")
    )
    return FieldError(("epoch",), epoch, nearest, detail)
