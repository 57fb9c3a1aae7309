"""Jobs read from their records, with a cache of ended ones."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

from trainlet.store import records
from trainlet.store.attempts import Attempts
from trainlet.store.blobs import Blobs
from trainlet.store.job import Job, Submission
from trainlet.store.job_state import JobState

_ID = re.compile(r"[0-9a-f]{32}")
_KEPT = 64
"""Maximum number of cached jobs, enough for the first page of a list. A job takes about 14 kB."""

_LARGEST_KEPT = 65_536
"""Maximum size in bytes of the spec of a cached job. Specs with weights are larger."""


class JobRecords:
    """The records of all jobs."""

    def __init__(self, blobs: Blobs, attempts: Attempts) -> None:
        self._blobs = blobs
        self._attempts = attempts
        self._ended: OrderedDict[str, Job] = OrderedDict()

    def state(self, job_id: str) -> JobState:
        """Return the state of a job; "not accepted" for an invalid id."""
        names = self._blobs.names(f"jobs/{job_id}") if _ID.fullmatch(job_id) else []
        return JobState.of(names)

    def job(self, job_id: str, state: JobState) -> Job:
        """Return the job with this id and state.

        Raises NotFoundError if it was just deleted, and CorruptFileError.
        """
        kept = self._ended.get(job_id)
        if kept is not None:
            return kept
        job = self._read(job_id, state)
        if job.ended and self._blobs.size(f"jobs/{job_id}/spec") <= _LARGEST_KEPT:
            self._ended[job_id] = job
            if len(self._ended) > _KEPT:
                self._ended.popitem(last=False)
        return job

    def forget(self, job_id: str) -> None:
        """Remove a job from the cache."""
        self._ended.pop(job_id, None)

    def _read(self, job_id: str, state: JobState) -> Job:
        accepted = self.record(job_id, "spec", "name", "version", "created_at", "spec")
        first = self.record(job_id, "attempt-1", "at") if state.attempt else {}
        cancel = self.record(job_id, "cancel", "at") if state.cancelled else {}
        end = self.record(job_id, "end", "status", "at") if state.ended else {}
        waits = "paused" if state.paused else "queued"
        return Job(
            id=job_id,
            name=accepted["name"],
            version=accepted["version"],
            document=accepted["spec"],
            splits=None if accepted.get("splits") is None else tuple(accepted["splits"]),
            status=end.get("status", "running" if state.running else waits),
            end_reason=end.get("end_reason"),
            created_at=accepted["created_at"],
            started_at=first.get("at"),
            finished_at=end.get("at"),
            attempt=state.attempt,
            epoch=end.get("epoch", 0),
            cancel_requested_at=cancel.get("at"),
            error=end.get("error"),
            metrics=records.from_text(end.get("metrics", {})),
            warnings=tuple(end.get("warnings", ())),
            sha256=end.get("sha256"),
            reproducible=(
                end.get("reproducible", True)
                if state.ended
                else self._attempts.reproducible(job_id)
            ),
            reproduces=accepted.get("reproduces"),
            owner=accepted.get("owner"),
            submission=Submission(*map(accepted.get, ("principal", "request", "trace"))),
        )

    def record(self, job_id: str, name: str, *required: str) -> dict[str, Any]:
        """Return one record of a job. Raises NotFoundError, and CorruptFileError."""
        return records.decode(self._blobs.read(f"jobs/{job_id}/{name}"), *required)
