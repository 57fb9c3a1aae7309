"""Paths: where what others link to is found."""

from __future__ import annotations


def job_path(job: str) -> str:
    """Tell where a job is found."""
    return f"/v1/jobs/{job}"


def model_path(name: str, version: int) -> str:
    """Tell where a version of a model is found."""
    return f"/v1/models/{name}/versions/{version}"


def dataset_path(dataset_id: str) -> str:
    """Tell where a dataset is found."""
    return f"/v1/datasets/{dataset_id}"
