"""Subject of a request: a model, or a snapshot of a job."""

from __future__ import annotations

from typing import Any

from trainlet.client.paths import Version, job_path, model_path
from trainlet.client.results import Job, Model

Subject = str | Model | Job
"""Name of a model, a model, or a job with a snapshot."""


def location(
    subject: Subject, version: Version | None, epoch: int | None
) -> tuple[str, dict[str, Any]]:
    """Return the path of the subject, and the query parameters for the epoch."""
    if isinstance(subject, Job):
        return job_path(subject.id), {} if epoch is None else {"epoch": epoch}
    if epoch is not None:
        raise ValueError("epoch must be None for a model; only jobs have snapshots")
    if isinstance(subject, Model):
        return model_path(subject.name, version or subject.version), {}
    return model_path(subject, version), {}
