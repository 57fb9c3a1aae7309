"""A job: an accepted spec and what became of it."""

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
    """By whom and how a job was asked for."""

    principal: str | None = None
    """Whose share of the workers it takes."""
    request: str | None = None
    """The id of the request that it came with."""
    trace: str | None = None
    """The span of that request, of which the attempts are parts, if it was traced."""


@dataclass(frozen=True)
class Job:
    """A job as the record tells it; times are RFC 3339 in UTC.

    A job counts as running from its first attempt until it is handed back or ends, although the
    process may have died just now. `epoch` counts the finished epochs of one that has ended;
    `sha256` is that of the model's file. `reproducible` says that the same spec would give the
    same bits on a machine of the same kind.
    """

    id: str
    name: str
    version: int
    document: dict[str, Any] = field(repr=False)
    """The spec in JSON form."""
    splits: tuple[int, int, int] | None
    """How many samples train, validate and test, as far as that was recorded."""
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
    """The job that this one trains again."""
    owner: str | None = None
    """Who sees it, where owners are told apart; None for nobody in particular."""
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
        """The spec as it was accepted. Raises CorruptFileError if it is none any more."""
        try:
            return from_json(JobSpec, self.document)
        except ValidationError as error:
            raise CorruptFileError(f"the stored spec of job {self.id} is broken: {error}") from None
