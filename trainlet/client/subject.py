"""Subject of a request: a model, or a job's network after an epoch."""

from __future__ import annotations

from typing import Any

from trainlet.client.paths import Version, job_path, model_path
from trainlet.client.results import Job, Model

Subject = str | Model | Job
"""A model by its name, a model, or a job, whose network is looked at as it was after an epoch."""


def location(
    subject: Subject, version: Version | None, epoch: int | None
) -> tuple[str, dict[str, Any]]:
    """The path of what is asked, and the epoch for the query."""
    if isinstance(subject, Job):
        return job_path(subject.id), {} if epoch is None else {"epoch": epoch}
    if epoch is not None:
        raise ValueError("an epoch is one of a job: a model is what its last one left")
    if isinstance(subject, Model):
        return model_path(subject.name, version or subject.version), {}
    return model_path(subject, version), {}
