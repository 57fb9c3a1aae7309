"""The client: the calls of the HTTP API as methods."""

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
    """A preset, or another object that has a spec."""

    spec: dict[str, Any]


Spec = Mapping[str, Any] | HasSpec
Picture = Literal["loss.png", "points.png", "boundary.png", "boundary.gif"]

DEFAULT_URL = "http://127.0.0.1:8000"
EVENT_STREAM = "text/event-stream"


class Client(Requests, Uploads):
    """One service, over connections that are kept; `key` is an API key where it demands one.

    URL and key are by default those of TRAINLET_URL and TRAINLET_KEY.

    Every method raises ServiceUnavailableError if the service cannot be reached; ValidationError,
    whose errors have the pointers, for what it finds wrong; PermissionDeniedError for a missing or
    wrong key; NotFoundError, ConflictError, TooLargeError, QueueFullError or APIStatusError for its
    other problems. What may be repeated is tried for half a second, and for half a minute once a
    job or a file is waited for.
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
        """Submit a job; unless told not to, wait for its end and hand it out with its history.

        `progress` shows on standard error how far it is. Whoever interrupts the wait does not
        stop the job; `cancel` does. Raises JobFailedError if it fails or is cancelled.
        """
        job = self.submit(spec)
        if not wait:
            return job
        job = show(console(), self.follow(job.id)) if progress else self.wait(job.id)
        if job.status != "succeeded":
            raise JobFailedError(job)
        return replace(job, history=self.history(job.id))

    def submit(self, spec: Spec, key: str | None = None) -> Job:
        """Queue a job and hand it out. The spec is a mapping or a preset.

        Inline data may be DataFrames, Series and arrays; their columns are taken in order.

        Submissions under the same key within a day are one, also from another client; without a
        key each is new, yet however often this one has to be sent, it is one.
        """
        document = spec_to_json(spec if isinstance(spec, Mapping) else getattr(spec, "spec", spec))
        return Job.of(self._service.write("/v1/jobs", document, key or uuid4().hex))

    def job(self, job_id: str, wait: float = 0) -> Job:
        """The job as it is, or, after `wait` seconds (up to 30) at the most, as it ended."""
        return self._job(job_id, wait, CONNECT_RETRY_SECONDS)

    def jobs(
        self,
        status: str | None = None,
        name: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Iterator[Job]:
        """All jobs, newest first; if asked, those in one state, for one name, or so labelled."""
        labels = {f"metadata.{label}": text for label, text in (metadata or {}).items()}
        params = {"status": status, "name": name} | labels
        return map(Job.of, self._service.pages("/v1/jobs", params))

    def follow(self, job_id: str, every: float = 0.2) -> Iterator[Job]:
        """The job as it is now, then every so many seconds, and last as it ended."""
        job = self.job(job_id)
        yield job
        while not job.ended:
            time.sleep(every)
            job = self._job(job_id, 0, RESTART_SECONDS)
            yield job

    def wait(self, job_id: str, seconds: float = float("inf")) -> Job:
        """The job as it ended. Raises TimeoutError if it has not after so many seconds."""
        deadline = time.monotonic() + seconds
        job = self.job(job_id, wait=int(min(MAX_WAIT_SECONDS, seconds)))
        while not job.ended:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"job {job_id} is {job.status} after {seconds:g} seconds")
            job = self._job(job_id, int(min(MAX_WAIT_SECONDS, left + 1)), RESTART_SECONDS)
        return job

    def events(self, job_id: str, after: str = "") -> Iterator[Event]:
        """What happens to a job, as it does, up to its end; from behind an event's id if asked.

        A stream that breaks is taken up where it did, without gap or repeat.
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
        """Ask a job to stop, and hand it out."""
        return self._change(job_id, "cancel")

    def pause(self, job_id: str) -> Job:
        """Ask a job to rest until it is resumed, and hand it out."""
        return self._change(job_id, "pause")

    def resume(self, job_id: str) -> Job:
        """Let a paused job go on, and hand it out."""
        return self._change(job_id, "resume")

    def _change(self, job_id: str, word: str) -> Job:
        """Tell a job something; once more does no harm, should the answer have been lost."""
        post = partial(self._service.document, "POST", f"{job_path(job_id)}/{word}")
        return Job.of(with_retries(post, CONNECT_RETRY_SECONDS))

    def history(self, job_id: str) -> History:
        """Every metric after every finished epoch."""
        return History.of(self._service.read(f"{job_path(job_id)}/history"))

    def snapshots(self, job_id: str) -> tuple[Snapshot, ...]:
        """The epochs after which the state of a job is kept, oldest first."""
        result = self._service.read(f"{job_path(job_id)}/snapshots")
        return tuple(map(Snapshot.of, result["data"]))

    def picture(self, job_id: str, kind: Picture, epoch: int | None = None) -> Iterator[bytes]:
        """A picture of a job, in pieces, as of an epoch that is kept; by default the newest.

        loss.png has the loss over the epochs, points.png the samples and the answers to those held
        out, boundary.png the answers in the whole plane, boundary.gif those over the epochs. Raises
        APIStatusError (501) if the service has no matplotlib, ConflictError for more than two
        columns.
        """
        params = {} if epoch is None else {"epoch": epoch}
        return self._service.stream(f"{job_path(job_id)}/{kind}", params)

    def _job(self, job_id: str, wait: float, patience: float) -> Job:
        requested = {"wait": wait} if wait else {}
        return Job.of(self._service.read(job_path(job_id), patience, params=requested))
