"""Acceptance, lookup, pausing, cancellation and deletion of jobs."""

from __future__ import annotations

import secrets
import time

from trainlet.config import to_json
from trainlet.errors import ConflictError, CorruptFileError, NotFoundError
from trainlet.spec import JobSpec
from trainlet.store import records
from trainlet.store.attempts import Attempts, End, History
from trainlet.store.blobs import Blobs
from trainlet.store.idempotency_keys import IdempotencyKeys
from trainlet.store.job import Job, Submission
from trainlet.store.job_records import JobRecords
from trainlet.store.tenant_view import EVERYTHING, TenantView
from trainlet.store.versions import Versions

JobPage = tuple[list[Job], str | None]


class Jobs:
    """All jobs that a tenant can see, newest first."""

    def __init__(
        self,
        blobs: Blobs,
        attempts: Attempts,
        versions: Versions,
        keys: IdempotencyKeys,
        view: TenantView = EVERYTHING,
        job_records: JobRecords | None = None,
    ) -> None:
        self._blobs = blobs
        self._keys = keys
        self._attempts = attempts
        self._versions = versions
        self._view = view
        self._records = job_records or JobRecords(blobs, attempts)

    def for_tenant(self, view: TenantView) -> Jobs:
        """Return a view that is limited to a tenant."""
        versions = self._versions.for_tenant(view)
        return Jobs(self._blobs, self._attempts, versions, self._keys, view, self._records)

    def accept(
        self,
        spec: JobSpec,
        job_id: str | None = None,
        key: str | None = None,
        *,
        splits: tuple[int, int, int] | None = None,
        start: bytes | None = None,
        reproduces: str | None = None,
        submission: Submission = Submission(),  # noqa: B008  # frozen
    ) -> Job:
        """Accept a job, durable at return, and reserve a version number for its model.

        `splits` counts its training, validation and test samples. `key` is the hash of the
        request's Idempotency-Key. `start` is the file of the snapshot to start from, and
        `reproduces` is the job whose training it repeats.
        """
        job_id = job_id or new_id()
        with self._blobs.batch() as batch:
            version = self._versions.reserve(batch, spec.name, job_id)
            # This comes before the record, so that the reconciler finds a job that is not queued.
            self._attempts.prepare(batch, job_id)
            batch.make_folder(f"jobs/{job_id}")
            if start is not None:
                batch.create(f"jobs/{job_id}/start", start)
            record = {
                "id": job_id,
                "name": spec.name,
                "version": version,
                "created_at": records.now(),
                "splits": splits,
                "key": key,
                "reproduces": reproduces,
                "owner": self._view.owner,
                "principal": submission.principal,
                "request": submission.request,
                "trace": submission.trace,
                "spec": to_json(spec),
            }
            batch.create(f"jobs/{job_id}/spec", records.encode(record))
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return the job with this id.

        Raises NotFoundError if it was not accepted or is deleted.
        """
        state = self._records.state(job_id)
        if not state.accepted or state.deleted:
            raise NotFoundError(f"there is no job {job_id[:64]!r}")
        job = self._records.job(job_id, state)
        if not self._view.sees(job.owner, job.name):
            raise NotFoundError(f"there is no job {job_id[:64]!r}")
        return job

    def origin(self, job_id: str) -> Job:
        """Return the job that trained a model, even if it is deleted. Raises NotFoundError."""
        state = self._records.state(job_id)
        if not state.accepted:
            raise NotFoundError(f"there is no job {job_id[:64]!r}")
        return self._records.job(job_id, state)

    def list(
        self,
        limit: int,
        cursor: str | None = None,
        status: str | None = None,
        name: str | None = None,
        metadata: dict[str, str] | None = None,
    ) -> JobPage:
        """Return up to `limit` jobs, newest first, and the cursor of the next page, if any.

        `metadata` are entries that a job must have, among others.
        """
        wanted = (metadata or {}).items()
        results: list[Job] = []
        for job_id in sorted(self._blobs.names("jobs"), reverse=True):
            if cursor is not None and job_id >= cursor:
                continue
            try:
                job = self.get(job_id)
            except (NotFoundError, CorruptFileError):
                continue  # incomplete or damaged; `get` reports the error
            fits = (status is None or job.status == status) and (name is None or job.name == name)
            if fits and wanted <= job.metadata.items():
                if len(results) == limit:
                    return results, results[-1].id
                results.append(job)
        return results, None

    def request_cancel(self, job_id: str) -> Job:
        """Request cancellation. A queued job ends at once, a running one at its next check.

        Idempotent. Raises NotFoundError; ConflictError if the job succeeded or failed.
        """
        job = self.get(job_id)
        if not job.ended:
            self._blobs.create(f"jobs/{job_id}/cancel", records.encode({"at": records.now()}))
            state = self._attempts.state(job_id)
            if not state.running and not state.ended:
                history = self._attempts.kept_history(job_id)
                self._attempts.end(job_id, End("cancelled", "cancelled"), history)
                self._attempts.settle(job_id)
            job = self.get(job_id)
        if job.status in ("succeeded", "failed"):
            raise ConflictError(f"job {job_id} has {job.status} and cannot be cancelled")
        return job

    def request_pause(self, job_id: str) -> Job:
        """Pause a job. A worker that runs it hands it back at its next check.

        Idempotent. Raises NotFoundError; ConflictError if the job has ended.
        """
        return self._switch(job_id, paused=True)

    def resume(self, job_id: str) -> Job:
        """Resume a paused job. Idempotent.

        Raises NotFoundError; ConflictError if the job has ended.
        """
        return self._switch(job_id, paused=False)

    def delete(self, job_id: str) -> None:
        """Remove the records and snapshots of an ended job; its model stays.

        Raises NotFoundError; ConflictError if the job has not ended.
        """
        job = self.get(job_id)
        if not job.ended:
            raise ConflictError(f"job {job_id} is {job.status}; cancel it first")
        key = self._records.record(job_id, "spec").get("key")
        self._attempts.settle(job_id)
        # From here on the job is invisible, even if the process dies during the deletion.
        self._blobs.create(f"jobs/{job_id}/deleted", b"")
        if key is not None:
            self._keys.forget(key, job_id)
        self._records.forget(job_id)
        self._blobs.delete_folder(f"snapshots/{job_id}")
        if job.status != "succeeded":
            self._blobs.delete(f"jobs/{job_id}/spec")
            self._blobs.delete_folder(f"jobs/{job_id}")
            return
        for name in self._blobs.names(f"jobs/{job_id}"):
            if name not in ("spec", "end", "deleted"):  # the model refers to these
                self._blobs.delete(f"jobs/{job_id}/{name}")

    def drop_history(self, job_id: str) -> None:
        """Remove the history of a job that has ended."""
        for name in self._blobs.names(f"jobs/{job_id}"):
            if name.startswith("history-"):
                self._blobs.delete(f"jobs/{job_id}/{name}")

    def history(self, job_id: str) -> History:
        """Return a job's metrics: one list per metric with one entry per finished epoch.

        For a job that has not ended, this is the history at the newest checkpoint; later epochs
        are in the queue's live history. Raises NotFoundError.
        """
        self.get(job_id)
        end = f"jobs/{job_id}/end"
        if not self._blobs.exists(end):
            return self._attempts.kept_history(job_id)
        attempt = records.decode(self._blobs.read(end), "attempt")["attempt"]
        try:
            data = self._blobs.read(f"jobs/{job_id}/history-{attempt}")
        except NotFoundError:
            raise NotFoundError(f"the history of job {job_id} was removed by retention") from None
        history: History = records.from_text(records.decode(data, "history")["history"])
        return history

    def _switch(self, job_id: str, paused: bool) -> Job:
        job = self.get(job_id)
        if job.ended:
            word = "paused" if paused else "resumed"
            raise ConflictError(f"job {job_id} has {job.status} and cannot be {word}")
        state = self._attempts.state(job_id)
        if state.paused != paused:
            switch = f"jobs/{job_id}/switch-{state.switches + 1}"
            self._blobs.create(switch, records.encode({"at": records.now()}))
        return self.get(job_id)


def new_id() -> str:
    """Return a new job id; ids sort by creation time."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
