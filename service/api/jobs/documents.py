"""JSON documents of jobs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from service.api.jobs.reproduced import reproduction
from service.api.paths import job_path, model_path
from service.context import Context
from service.http.bodies import numbers
from trainlet.errors import CorruptFileError, NotFoundError, ServiceUnavailableError
from trainlet.store import Job

Document = dict[str, Any]

SPLITS = ("training", "validation", "test")


@dataclass(frozen=True)
class LiveState:
    """State of an unfinished job that is only in Redis."""

    position: int | None
    progress: Document | None
    warnings: tuple[str, ...] = ()


def job_summary(job: Job, ctx: Context) -> Document:
    """Return a job without its spec: from the record if finished, else from Redis too."""
    flight = LiveState(None, _at_end(job), job.warnings) if job.ended else _in_flight(job, ctx)
    ready = job.status == "succeeded" and not ctx.store.models.is_deleted(job.name, job.version)
    return {
        "id": job.id,
        "name": job.name,
        "status": job.status,
        "end_reason": job.end_reason,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempt": job.attempt,
        "queue_position": flight.position,
        "cancel_requested_at": job.cancel_requested_at,
        "progress": flight.progress,
        "splits": None if job.splits is None else dict(zip(SPLITS, job.splits, strict=True)),
        "warnings": list(flight.warnings),
        "error": job.error,
        "reproducible": job.reproducible,
        "metadata": job.metadata,
        "request_id": job.submission.request,
        "model": {
            "name": job.name,
            "version": job.version,
            "ready": ready,
        },
        "links": _job_links(job, ready=ready),
    }


def job_document(job: Job, ctx: Context) -> Document:
    """Return a job with its spec."""
    extra: Document = {}
    if job.reproduces is not None:
        extra["reproduces"] = reproduction(job, ctx)
    if job.document.get("repeats", 1) > 1:
        extra["repeats"] = _repeats(job, ctx)
    return job_summary(job, ctx) | extra | {"spec": job.document}


def _repeats(job: Job, ctx: Context) -> Document | None:
    """Return the results of all runs from the model; None before it exists or after deletion."""
    if job.status != "succeeded":
        return None
    try:
        provenance = ctx.store.models.get(job.name, job.version).provenance
    except (NotFoundError, CorruptFileError):
        return None
    return provenance.get("repeats")


def _job_links(job: Job, *, ready: bool) -> dict[str, str]:
    path = job_path(job.id)
    links = {"self": path, "events": f"{path}/events", "history": f"{path}/history"}
    if not job.ended:
        links |= {action: f"{path}/{action}" for action in ("cancel", "pause", "resume")}
    if ready:
        links["model"] = model_path(job.name, job.version)
    return links


def _in_flight(job: Job, ctx: Context) -> LiveState:
    """Return the queue position and progress; None for both without Redis."""
    try:
        waits = job.status == "queued"
        position = ctx.queue.position(job.id, job.attempt + 1) if waits else None
        live = ctx.queue.progress(job.id)
    except ServiceUnavailableError:
        return LiveState(None, None)
    if live is None:
        return LiveState(position, _at_start(job) if job.attempt <= 1 else None)
    document = asdict(live)
    del document["attempt"], document["warnings"]
    return LiveState(position, document | {"metrics": numbers(live.metrics)}, live.warnings)


def _at_start(job: Job) -> Document:
    return {
        "epoch": 0,
        "epochs": job.document["training"]["epochs"],
        "step": 0,
        "fraction": 0.0,
        "metrics": {"loss": None},
        "seconds_left": None,
    }


def _at_end(job: Job) -> Document:
    epochs = job.document["training"]["epochs"]
    return {
        "epoch": job.epoch,
        "epochs": epochs,
        "step": None,
        "fraction": job.epoch / epochs,
        "metrics": numbers(job.metrics),
        "seconds_left": None,
    }
