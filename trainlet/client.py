"""A thin client: the calls of the HTTP API as methods, its problems as this project's errors.

    with Client("http://127.0.0.1:8000") as client:
        job = client.wait(client.submit(spec)["id"])
        labels = client.predict(job["model"]["name"], [[1.0, 3.0]])["labels"]

Answers are the API's documents as they come, as dictionaries.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from trainlet.errors import (
    Conflict,
    Fault,
    Invalid,
    NotFound,
    QueueFull,
    TooLarge,
    TrainletError,
    Unavailable,
)

DEFAULT_URL = "http://127.0.0.1:8000"
LONGEST_WAIT = 10
"""Seconds that one request waits for the end of a job before the next one does."""

ERRORS: dict[int, type[TrainletError]] = {
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    429: QueueFull,
    503: Unavailable,
}
ENDED = ("succeeded", "failed", "cancelled")

Document = dict[str, Any]
Points = Sequence[Sequence[float]]


class Refused(TrainletError):
    """The service answered with a status that stands for no other error of this project."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Client:
    """One service, over connections that are kept.

    Every method raises Unavailable if the service cannot be reached; Invalid, whose faults have
    the pointers, for what it finds wrong; NotFound, Conflict, TooLarge, QueueFull or Refused for
    its other problems.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        # A proxy of the environment is no way to this machine itself.
        proxied = not _is_this_machine(httpx.URL(self.url).host)
        self._http = httpx.Client(
            base_url=self.url, timeout=timeout, transport=transport, trust_env=proxied
        )

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
        self._http.close()

    def submit(self, spec: Mapping[str, Any]) -> Document:
        """Queue a job and hand it out."""
        return self._document("POST", "/v1/jobs", json=spec)

    def job(self, job_id: str, wait: float = 0) -> Document:
        """The job as it is, or, after `wait` seconds (up to 30) at the most, as it ended."""
        return self._document("GET", f"/v1/jobs/{job_id}", params={"wait": wait} if wait else {})

    def follow(self, job_id: str, every: float = 0.2) -> Iterator[Document]:
        """The job as it is now, then every so many seconds, and last as it ended."""
        while True:
            job = self.job(job_id)
            yield job
            if job["status"] in ENDED:
                return
            time.sleep(every)

    def wait(self, job_id: str, seconds: float = float("inf")) -> Document:
        """The job as it ended. Raises TimeoutError if it has not after so many seconds."""
        deadline = time.monotonic() + seconds
        while True:
            left = max(deadline - time.monotonic(), 0)
            job = self.job(job_id, wait=int(min(LONGEST_WAIT, left)))
            if job["status"] in ENDED:
                return job
            if not left:
                raise TimeoutError(f"job {job_id} is {job['status']} after {seconds:g} seconds")

    def cancel(self, job_id: str) -> Document:
        """Ask a job to stop, and hand it out."""
        return self._document("POST", f"/v1/jobs/{job_id}/cancel")

    def history(self, job_id: str) -> Document:
        """One list a metric, one entry a finished epoch."""
        return self._document("GET", f"/v1/jobs/{job_id}/history")

    def model(self, name: str, version: int | None = None) -> Document:
        """All about a model but its weights; the newest version unless one is named."""
        return self._document("GET", _model_path(name, version))

    def predict(self, name: str, points: Points, version: int | None = None) -> Document:
        """What a model says of raw points: `outputs`, and `labels` or `values`."""
        path = f"{_model_path(name, version)}/predict"
        return self._document("POST", path, json={"points": [list(point) for point in points]})

    def weights(self, name: str, version: int) -> bytes:
        """The model's safetensors file."""
        return self._answer("GET", f"{_model_path(name, version)}/weights").content

    def _document(self, method: str, path: str, **options: Any) -> Document:
        document: Document = self._answer(method, path, **options).json()
        return document

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise Unavailable(f"no service answers at {self.url}: {error}") from None
        if answer.is_success:
            return answer
        raise _error(answer)


def _model_path(name: str, version: int | None) -> str:
    return f"/v1/models/{quote(name, safe='')}" + (
        "" if version is None else f"/versions/{version}"
    )


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _error(answer: httpx.Response) -> TrainletError:
    try:
        problem = answer.json()
        detail, found = str(problem["detail"]), problem.get("errors", [])
        faults = [_fault(fault) for fault in found]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refused(answer.status_code, f"{answer.status_code} without a problem document")
    if faults:
        return Invalid(faults)
    if answer.status_code in ERRORS:
        return ERRORS[answer.status_code](detail)
    return Refused(answer.status_code, f"{answer.status_code}: {detail}")


def _fault(document: Document) -> Fault:
    steps = document["pointer"].split("/")[1:] if "pointer" in document else []
    names = [step.replace("~1", "/").replace("~0", "~") for step in steps]
    path = [int(name) if name.isdecimal() else name for name in names]
    return Fault(
        tuple(path) or ((document["parameter"],) if "parameter" in document else ()),
        document.get("value"),
        document["allowed"],
        document["detail"],
    )
