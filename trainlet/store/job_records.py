"""Job records: a job read off what was written of it; those that have ended are kept in memory."""

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
"""Jobs in memory: those that lists show first; a job takes some 14 kB."""

_LARGEST_KEPT = 65_536
"""A job whose spec has more bytes, for it holds weights, is read again each time."""


class JobRecords:
    """The records of all jobs."""

    def __init__(self, blobs: Blobs, attempts: Attempts) -> None:
        self._blobs = blobs
        self._attempts = attempts
        self._ended: OrderedDict[str, Job] = OrderedDict()

    def state(self, job_id: str) -> JobState:
        """Where a job stands; what could be no id was never accepted."""
        names = self._blobs.names(f"jobs/{job_id}") if _ID.fullmatch(job_id) else []
        return JobState.of(names)

    def job(self, job_id: str, state: JobState) -> Job:
        """The job that stands there.

        Raises NotFoundError if it has just gone, and CorruptFileError.
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
        """Keep nothing of a job that is being deleted."""
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
        """One of the records of a job. Raises NotFoundError, and CorruptFileError."""
        return records.decode(self._blobs.read(f"jobs/{job_id}/{name}"), *required)
