"""Jobs and models as the documents that are answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from service.context import Context
from service.numbers import numbers
from service.reproduced import reproduction
from trainlet.config import to_json
from trainlet.errors import Corrupt, NotFound, Unavailable
from trainlet.network import Network
from trainlet.store import Job, ModelRecord

Document = dict[str, Any]

PARTS = ("training", "validation", "test")


@dataclass(frozen=True)
class Flight:
    """What only Redis knows of a job that has not ended."""

    position: int | None
    progress: Document | None
    warnings: tuple[str, ...] = ()


def job_summary(job: Job, house: Context) -> Document:
    """Write a job without its spec: the record for what has ended, Redis for what has not."""
    flight = Flight(None, _at_end(job), job.warnings) if job.ended else _in_flight(job, house)
    ready = job.status == "succeeded" and not house.store.models.is_deleted(job.name, job.version)
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
        "parts": None if job.parts is None else dict(zip(PARTS, job.parts, strict=True)),
        "warnings": list(flight.warnings),
        "error": job.error,
        "reproducible": job.reproducible,
        "metadata": job.metadata,
        "request_id": job.request,
        "model": {
            "name": job.name,
            "version": job.version,
            "ready": ready,
        },
        "links": _job_links(job, ready=ready),
    }


def job_document(job: Job, house: Context) -> Document:
    """Write a job."""
    told: Document = {}
    if job.reproduces is not None:
        told["reproduces"] = reproduction(job, house)
    if job.document.get("repeats", 1) > 1:
        told["repeats"] = _repeats(job, house)
    return job_summary(job, house) | told | {"spec": job.document}


def _repeats(job: Job, house: Context) -> Document | None:
    """What its model tells of all trainings; None before there is one, or after."""
    if job.status != "succeeded":
        return None
    try:
        provenance = house.store.models.get(job.name, job.version).provenance
    except (NotFound, Corrupt):
        return None
    return provenance.get("repeats")


def _job_links(job: Job, *, ready: bool) -> dict[str, str]:
    own = job_path(job.id)
    links = {"self": own, "events": f"{own}/events", "history": f"{own}/history"}
    if not job.ended:
        links |= {word: f"{own}/{word}" for word in ("cancel", "pause", "resume")}
    if ready:
        links["model"] = model_path(job.name, job.version)
    return links


def job_path(job: str) -> str:
    """Tell where a job is found."""
    return f"/v1/jobs/{job}"


def model_path(name: str, version: int) -> str:
    """Tell where a version of a model is found."""
    return f"/v1/models/{name}/versions/{version}"


def _in_flight(job: Job, house: Context) -> Flight:
    """Place in the queue and progress; without Redis nobody can tell either."""
    try:
        waits = job.status == "queued"
        position = house.queue.position(job.id, job.attempt + 1) if waits else None
        told = house.queue.progress(job.id)
    except Unavailable:
        return Flight(None, None)
    if told is None:
        return Flight(position, _at_start(job) if job.attempt <= 1 else None)
    document = asdict(told)
    del document["attempt"], document["warnings"]
    return Flight(position, document | {"metrics": numbers(told.metrics)}, told.warnings)


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


def model_summary(model: ModelRecord) -> Document:
    """Write a model without its spec."""
    own = model_path(model.name, model.version)
    preparation, architecture = model.preparation, model.architecture
    network = Network(architecture.layers, model.input_shape, architecture.dtype)
    labels = preparation.encoding.labels
    return {
        "name": model.name,
        "version": model.version,
        "job": model.job,
        "created_at": model.created_at,
        "task": model.task,
        "input_shape": [len(preparation.columns)],
        "columns": list(preparation.columns),
        "labels": None if labels is None else list(labels),
        "parameters": network.parameter_count,
        "metrics": numbers(model.metrics),
        "bytes": model.bytes,
        "sha256": model.sha256,
        "aliases": list(model.aliases),
        "links": {
            "self": own,
            "predict": f"{own}/predict",
            "weights": f"{own}/weights",
            "summary": f"{own}/summary",
            "onnx": f"{own}/onnx",
            "standalone": f"{own}/standalone.py",
        }
        | ({} if model.job is None else {"job": job_path(model.job)}),
    }


def model_document(model: ModelRecord) -> Document:
    """Write a model."""
    return model_summary(model) | {
        "provenance": model.provenance,
        "spec": to_json(model.spec),
        "architecture": to_json(model.architecture),
    }
