"""Paths of resources, for links and Location headers."""

from __future__ import annotations


def job_path(job: str) -> str:
    """Return the path of a job."""
    return f"/v1/jobs/{job}"


def model_path(name: str, version: int) -> str:
    """Return the path of a model version."""
    return f"/v1/models/{name}/versions/{version}"


def dataset_path(dataset_id: str) -> str:
    """Return the path of a dataset."""
    return f"/v1/datasets/{dataset_id}"
