"""Accepted spec of a job, with its status and result."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from trainlet.config import from_json
from trainlet.errors import CorruptFileError, ValidationError
from trainlet.spec import JobSpec

Status = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True)
class Submission:
    """Principal, request and trace of a job's creation."""

    principal: str | None = None
    """API key or client whose fair share of the workers the job uses."""
    request: str | None = None
    """Id of the HTTP request that created the job."""
    trace: str | None = None
    """Trace parent of that request; null if it was not traced."""


@dataclass(frozen=True)
class Job:
    """Stored job; times are RFC 3339 in UTC.

    A job counts as running from its first attempt until it is handed back or ends, even if its
    process has just died. `epoch` counts the finished epochs of an ended job. `sha256` is the
    digest of the model's file. `reproducible` is true if the same spec gives the same bits on a
    machine of the same kind.
    """

    id: str
    name: str
    version: int
    document: dict[str, Any] = field(repr=False)
    """Spec in JSON form."""
    splits: tuple[int, int, int] | None
    """Numbers of training, validation and test samples, if recorded."""
    status: Status
    end_reason: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    attempt: int
    epoch: int
    cancel_requested_at: str | None
    error: dict[str, Any] | None
    metrics: dict[str, float]
    warnings: tuple[str, ...]
    sha256: str | None
    reproducible: bool
    reproduces: str | None = None
    """Id of the job whose training this one repeats."""
    owner: str | None = None
    """Owner in multi-tenant installations; None if there is none."""
    submission: Submission = Submission()

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed", "cancelled")

    @property
    def priority(self) -> str:
        return str(self.document.get("priority", "normal"))

    @property
    def metadata(self) -> dict[str, str]:
        metadata: dict[str, str] = self.document.get("metadata", {})
        return metadata

    @cached_property
    def spec(self) -> JobSpec:
        """Accepted spec. Raises CorruptFileError if it is invalid."""
        try:
            return from_json(JobSpec, self.document)
        except ValidationError as error:
            raise CorruptFileError(f"the stored spec of job {self.id} is broken: {error}") from None
