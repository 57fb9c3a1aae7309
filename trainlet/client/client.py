"""Python client of the HTTP API."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Literal, Protocol, Self
from uuid import uuid4

import httpx

from trainlet.client.connection import (
    CONNECT_RETRY_SECONDS,
    MAX_WAIT_SECONDS,
    MIN_RETRY_SECONDS,
    RESTART_SECONDS,
    Connection,
    Document,
    dumps,
    with_retries,
)
from trainlet.client.errors import JobFailedError
from trainlet.client.events import Event, parsed
from trainlet.client.history import History
from trainlet.client.paths import job_path
from trainlet.client.progress import console, show
from trainlet.client.requests import Requests
from trainlet.client.results import Job, Snapshot
from trainlet.client.uploads import Uploads
from trainlet.client.values import spec_to_json
from trainlet.errors import ServiceUnavailableError


class HasSpec(Protocol):
    """Preset, or another object with a spec."""

    spec: dict[str, Any]


Spec = Mapping[str, Any] | HasSpec
Picture = Literal["loss.png", "points.png", "boundary.png", "boundary.gif"]

DEFAULT_URL = "http://127.0.0.1:8000"
EVENT_STREAM = "text/event-stream"


class Client(Requests, Uploads):
    """Client of one API, with persistent connections; `key` is an API key, if one is required.

    URL and key default to TRAINLET_URL and TRAINLET_KEY.

    Every method raises ServiceUnavailableError if the API cannot be reached; ValidationError, whose
    errors have JSON Pointers, for an invalid request; AuthenticationError for a missing or invalid
    key; PermissionDeniedError for one without the scope; NotFoundError, ConflictError,
    TooLargeError, QueueFullError or APIStatusError for other error responses. Idempotent requests
    are retried for half a second, and for half a minute while a method waits for a job or a
    dataset.
    """

    def __init__(
        self,
        url: str | None = None,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        key: str | None = None,
    ) -> None:
        url = url or os.environ.get("TRAINLET_URL") or DEFAULT_URL
        key = key or os.environ.get("TRAINLET_KEY") or None
        self._service = Connection(url, timeout, transport, key)
        self.url = self._service.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def train(self, spec: Spec, *, wait: bool = True, progress: bool = True) -> Job:
        """Submit a job, wait until it finishes, and return it with its history.

        With `wait=False` the queued job is returned at once. `progress` shows the progress on
        standard error. An interrupt stops the waiting, not the job; `cancel` stops the job. Raises
        JobFailedError if the job fails or is cancelled.
        """
        job = self.submit(spec)
        if not wait:
            return job
        job = show(console(), self.follow(job.id)) if progress else self.wait(job.id)
        if job.status != "succeeded":
            raise JobFailedError(job)
        return replace(job, history=self.history(job.id))

    def submit(self, spec: Spec, key: str | None = None) -> Job:
        """Queue a job and return it. The spec is a mapping or a preset.

        Inline data may be DataFrames, Series and arrays; their columns are used in order.

        Submissions with the same idempotency key within a day, also from other clients, create one
        job. Without a key each call creates one job, even if the request is retried.
        """
        return Job.of(self._service.write("/v1/jobs", _spec_document(spec), key or uuid4().hex))

    def dry_run(self, spec: Spec) -> Document:
        """Check a spec and estimate its cost, without queuing a job.

        The document contains the complete spec, the layers, the parameters, the memory in bytes
        and the training time in seconds.
        """
        content = dumps(_spec_document(spec))
        return self._service.post("/v1/jobs", content, params={"dry_run": "true"})

    def job(self, job_id: str, wait: float = 0) -> Job:
        """Return a job, at once or when it finishes, but after `wait` seconds (up to 30)."""
        return self._job(job_id, wait, CONNECT_RETRY_SECONDS)

    def jobs(
        self,
        status: str | None = None,
        name: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Iterator[Job]:
        """Iterate over jobs, newest first, optionally of one status, model name or metadata."""
        labels = {f"metadata.{label}": text for label, text in (metadata or {}).items()}
        params = {"status": status, "name": name} | labels
        return map(Job.of, self._service.pages("/v1/jobs", params))

    def follow(self, job_id: str, every: float = 0.2) -> Iterator[Job]:
        """Yield the job now, then every `every` seconds, and last when it has finished."""
        job = self.job(job_id)
        yield job
        while not job.ended:
            time.sleep(every)
            job = self._job(job_id, 0, RESTART_SECONDS)
            yield job

    def wait(self, job_id: str, seconds: float = float("inf")) -> Job:
        """Return the finished job. Raises TimeoutError if it does not finish within `seconds`."""
        deadline = time.monotonic() + seconds
        job = self.job(job_id, wait=int(min(MAX_WAIT_SECONDS, seconds)))
        while not job.ended:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"job {job_id} is {job.status} after {seconds:g} seconds")
            job = self._job(job_id, int(min(MAX_WAIT_SECONDS, left + 1)), RESTART_SECONDS)
        return job

    def events(self, job_id: str, after: str = "") -> Iterator[Event]:
        """Yield the events of a job as they happen, until it finishes.

        `after` is the id of the event after which to start. A broken stream is resumed without gap
        or repetition.
        """
        path = f"{job_path(job_id)}/events"
        while True:
            headers = {"Accept": EVENT_STREAM, "Last-Event-ID": after}
            lines = with_retries(partial(self._service.lines, path, headers), RESTART_SECONDS)
            if lines is None:
                return
            with suppress(ServiceUnavailableError):
                for event in parsed(lines):
                    after = event.id
                    yield event
                    if event.ends:
                        return
            time.sleep(MIN_RETRY_SECONDS)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job and return it."""
        return self._change(job_id, "cancel")

    def pause(self, job_id: str) -> Job:
        """Pause a job until it is resumed, and return it."""
        return self._change(job_id, "pause")

    def resume(self, job_id: str) -> Job:
        """Resume a paused job and return it."""
        return self._change(job_id, "resume")

    def delete_job(self, job_id: str) -> None:
        """Delete the record of a finished job; its model is kept. Raises ConflictError."""
        self._service.delete(job_path(job_id))

    def _change(self, job_id: str, verb: str) -> Job:
        """Change the state of a job, with retries, because the request is idempotent."""
        post = partial(self._service.document, "POST", f"{job_path(job_id)}/{verb}")
        return Job.of(with_retries(post, CONNECT_RETRY_SECONDS))

    def history(self, job_id: str) -> History:
        """Return every metric after every finished epoch."""
        return History.of(self._service.read(f"{job_path(job_id)}/history"))

    def snapshots(self, job_id: str) -> tuple[Snapshot, ...]:
        """Return the snapshots of a job, oldest first."""
        page = self._service.read(f"{job_path(job_id)}/snapshots")
        return tuple(map(Snapshot.of, page["data"]))

    def picture(self, job_id: str, kind: Picture, epoch: int | None = None) -> Iterator[bytes]:
        """Yield the chunks of a picture of a job, at a snapshot, by default the newest.

        loss.png shows the loss by epoch, points.png the samples and the predictions for those held
        out, boundary.png the decision boundary, boundary.gif its animation over the snapshots.
        Raises APIStatusError (501) if the API has no matplotlib, ConflictError unless the dataset
        has two columns.
        """
        params = {} if epoch is None else {"epoch": epoch}
        return self._service.stream(f"{job_path(job_id)}/{kind}", params)

    def _job(self, job_id: str, wait: float, patience: float) -> Job:
        params = {"wait": wait} if wait else {}
        return Job.of(self._service.read(job_path(job_id), patience, params=params))


def _spec_document(spec: Spec) -> Any:
    return spec_to_json(spec if isinstance(spec, Mapping) else getattr(spec, "spec", spec))
