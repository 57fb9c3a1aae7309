"""Paths of the HTTP API."""

from __future__ import annotations

from urllib.parse import quote

Version = int | str


def job_path(job_id: str) -> str:
    """Where a job is."""
    return f"/v1/jobs/{quote(job_id, safe='')}"


def model_path(name: str, version: Version | None) -> str:
    """Where a model is: one of its versions, or the newest."""
    path = f"/v1/models/{quote(name, safe='')}"
    return path if version is None else f"{path}/versions/{quote(str(version), safe='')}"


def dataset_path(dataset_id: str) -> str:
    """Where an uploaded file is."""
    return f"/v1/datasets/{quote(dataset_id, safe='')}"


def evaluation_path(evaluation_id: str) -> str:
    """Where an evaluation is that was handed to a worker."""
    return f"/v1/evaluations/{quote(evaluation_id, safe='')}"
