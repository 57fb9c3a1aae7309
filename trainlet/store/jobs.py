"""Jobs: accepted specs and what became of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from trainlet.config import from_json, to_json
from trainlet.errors import Conflict, Corrupt, Invalid, NotFound
from trainlet.spec import JobSpec
from trainlet.store import records
from trainlet.store.attempts import Attempts, End, History
from trainlet.store.blobs import Blobs
from trainlet.store.standing import Standing
from trainlet.store.versions import Versions

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]

_ID = re.compile(r"[0-9a-f]{32}")
_KEPT = 1024
_LARGEST_KEPT = 65_536
"""A job whose spec has more bytes, for it holds weights, is read again each time."""


@dataclass(frozen=True)
class Job:
    """A job as the record tells it; times are RFC 3339 in UTC.

    A job counts as running from its first attempt until it is handed back or ends, although the
    process may have died just now. `epoch` counts the finished epochs of one that has ended;
    `sha256` is that of the model's file.
    """

    id: str
    name: str
    version: int
    document: dict[str, Any] = field(repr=False)
    """The spec in JSON form."""
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

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed", "cancelled")

    @cached_property
    def spec(self) -> JobSpec:
        """The spec as it was accepted. Raises Corrupt if it is none any more."""
        try:
            return from_json(JobSpec, self.document)
        except Invalid as error:
            raise Corrupt(f"the stored spec of job {self.id} is broken: {error}") from None


JobPage = tuple[list[Job], str | None]


class Jobs:
    """All jobs, newest first."""

    def __init__(self, blobs: Blobs, attempts: Attempts, versions: Versions) -> None:
        self._blobs = blobs
        self._attempts = attempts
        self._versions = versions
        self._ended: dict[str, Job] = {}

    def accept(self, spec: JobSpec) -> Job:
        """Accept a job: durable at return, with a version number of its name for its model."""
        job_id = records.new_id()
        with self._blobs.batch() as batch:
            version = self._versions.reserve(batch, spec.name, job_id)
            # This comes before the record: an accepted job is found even if nobody queued it.
            self._attempts.prepare(batch, job_id)
            batch.make_folder(f"jobs/{job_id}")
            record = {
                "id": job_id,
                "name": spec.name,
                "version": version,
                "created_at": records.now(),
                "spec": to_json(spec),
            }
            batch.create(f"jobs/{job_id}/spec", records.encode(record))
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """The job with this id. Raises NotFound if none was accepted under it."""
        kept = self._ended.get(job_id)
        if kept is not None:
            return kept
        names = self._blobs.names(f"jobs/{job_id}") if _ID.fullmatch(job_id) else []
        if "spec" not in names:
            raise NotFound(f"there is no job {job_id[:64]!r}")
        job = self._read(job_id, Standing.of(names))
        if job.ended and self._blobs.size(f"jobs/{job_id}/spec") <= _LARGEST_KEPT:
            if len(self._ended) >= _KEPT:
                self._ended.clear()
            self._ended[job_id] = job
        return job

    def list(
        self,
        limit: int,
        cursor: str | None = None,
        status: str | None = None,
        name: str | None = None,
    ) -> JobPage:
        """Up to `limit` jobs, newest first, and the cursor of the next ones, if there are any."""
        found: list[Job] = []
        for job_id in sorted(self._blobs.names("jobs"), reverse=True):
            if cursor is not None and job_id >= cursor:
                continue
            try:
                job = self.get(job_id)
            except (NotFound, Corrupt):
                continue  # not accepted to the end, or damaged: asking for it alone tells
            if (status is None or job.status == status) and (name is None or job.name == name):
                if len(found) == limit:
                    return found, found[-1].id
                found.append(job)
        return found, None

    def request_cancel(self, job_id: str) -> Job:
        """Ask a job to stop. One that waits ends at once, a running one at its next look.

        Asking again changes nothing. Raises NotFound; Conflict if it succeeded or failed.
        """
        job = self.get(job_id)
        if not job.ended:
            self._blobs.create(f"jobs/{job_id}/cancel", records.encode({"at": records.now()}))
            standing = self._attempts.standing(job_id)
            if not standing.running and not standing.ended:
                history = self._attempts.kept_history(job_id)
                self._attempts.end(job_id, End("cancelled", "cancelled"), history)
                self._attempts.settle(job_id)
            job = self.get(job_id)
        if job.status in ("succeeded", "failed"):
            raise Conflict(f"job {job_id} has {job.status} and cannot be cancelled")
        return job

    def history(self, job_id: str) -> History:
        """One list a metric, one entry a finished epoch: all of an ended job's.

        Of a job that has not ended it is what the newest checkpoint holds; what happened since
        is in the queue's live history. Raises NotFound.
        """
        self.get(job_id)
        end = f"jobs/{job_id}/end"
        if not self._blobs.exists(end):
            return self._attempts.kept_history(job_id)
        attempt = records.decode(self._blobs.read(end), "attempt")["attempt"]
        data = self._blobs.read(f"jobs/{job_id}/history-{attempt}")
        history: History = records.from_text(records.decode(data, "history")["history"])
        return history

    def _read(self, job_id: str, standing: Standing) -> Job:
        accepted = self._record(job_id, "spec", "name", "version", "created_at", "spec")
        first = self._record(job_id, "attempt-1", "at") if standing.attempt else {}
        cancel = self._record(job_id, "cancel", "at") if standing.cancelled else {}
        end = self._record(job_id, "end", "status", "at") if standing.ended else {}
        return Job(
            id=job_id,
            name=accepted["name"],
            version=accepted["version"],
            document=accepted["spec"],
            status=end.get("status", "running" if standing.running else "queued"),
            end_reason=end.get("end_reason"),
            created_at=accepted["created_at"],
            started_at=first.get("at"),
            finished_at=end.get("at"),
            attempt=standing.attempt,
            epoch=end.get("epoch", 0),
            cancel_requested_at=cancel.get("at"),
            error=end.get("error"),
            metrics=records.from_text(end.get("metrics", {})),
            warnings=tuple(end.get("warnings", ())),
            sha256=end.get("sha256"),
        )

    def _record(self, job_id: str, name: str, *required: str) -> dict[str, Any]:
        return records.decode(self._blobs.read(f"jobs/{job_id}/{name}"), *required)
