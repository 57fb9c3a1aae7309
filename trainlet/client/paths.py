"""Paths of the HTTP API."""

from __future__ import annotations

from urllib.parse import quote

Version = int | str


def job_path(job_id: str) -> str:
    """Return the path of a job."""
    return f"/v1/jobs/{quote(job_id, safe='')}"


def model_path(name: str, version: Version | None) -> str:
    """Return the path of a version of a model, or of the model."""
    path = f"/v1/models/{quote(name, safe='')}"
    return path if version is None else f"{path}/versions/{quote(str(version), safe='')}"


def alias_path(name: str, alias: str) -> str:
    """Return the path of an alias of a model."""
    return f"{model_path(name, None)}/aliases/{quote(alias, safe='')}"


def dataset_path(dataset_id: str) -> str:
    """Return the path of a dataset."""
    return f"/v1/datasets/{quote(dataset_id, safe='')}"


def evaluation_path(evaluation_id: str) -> str:
    """Return the path of an evaluation that a worker computes."""
    return f"/v1/evaluations/{quote(evaluation_id, safe='')}"
