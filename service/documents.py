"""Jobs and models as the documents that are answered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from service.context import Context
from trainlet.config import to_json
from trainlet.errors import Unavailable
from trainlet.network import Network
from trainlet.store import Job, ModelRecord

Document = dict[str, Any]


def job_summary(job: Job, house: Context) -> Document:
    """Write a job without its spec: the record for what has ended, Redis for what has not."""
    position, progress = _in_flight(job, house) if not job.ended else (None, _at_end(job))
    return {
        "id": job.id,
        "name": job.name,
        "status": job.status,
        "end_reason": job.end_reason,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempt": job.attempt,
        "queue_position": position,
        "cancel_requested_at": job.cancel_requested_at,
        "progress": progress,
        "warnings": list(job.warnings),
        "error": job.error,
        "model": {
            "name": job.name,
            "version": job.version,
            "ready": job.status == "succeeded",
        },
        "links": _job_links(job),
    }


def job_document(job: Job, house: Context) -> Document:
    """Write a job."""
    return job_summary(job, house) | {"spec": job.document}


def _job_links(job: Job) -> dict[str, str]:
    own = job_path(job.id)
    links = {"self": own, "history": f"{own}/history"}
    if not job.ended:
        links["cancel"] = f"{own}/cancel"
    if job.status == "succeeded":
        links["model"] = model_path(job.name, job.version)
    return links


def job_path(job: str) -> str:
    """Tell where a job is found."""
    return f"/v1/jobs/{job}"


def model_path(name: str, version: int) -> str:
    """Tell where a version of a model is found."""
    return f"/v1/models/{name}/versions/{version}"


def _in_flight(job: Job, house: Context) -> tuple[int | None, Document | None]:
    """Place in the queue and progress; without Redis nobody can tell either."""
    try:
        progress = house.queue.progress(job.id)
        waits = job.status == "queued"
        position = house.queue.position(job.id, job.attempt + 1) if waits else None
    except Unavailable:
        return None, None
    if progress is None:
        return position, _at_start(job) if job.attempt <= 1 else None
    document = asdict(progress)
    del document["attempt"]
    return position, document | {"metrics": numbers(progress.metrics)}


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


def numbers(metrics: Mapping[str, float]) -> dict[str, Any]:
    """Write metrics so that JSON can hold them."""
    return {name: number(value) for name, value in metrics.items()}


def series(values: Iterable[float]) -> list[Any]:
    """Write a list of numbers so that JSON can hold them."""
    return [number(value) for value in values]


def number(value: Any) -> Any:
    """Write what is not finite as `nan`, `inf` or `-inf`, which JSON has no numbers for."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
