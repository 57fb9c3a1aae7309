"""Errors of the client, and errors for the problem documents of responses.

TrainletError
├── ValidationError
│   ├── InputTypeError   a value whose type has no JSON form; the request was not sent
│   └── InputValueError  a value that is not allowed; the request was not sent
├── APIStatusError         a response without a specific error class
├── EmptyFileError         an empty file to upload
├── EvaluationFailedError  an evaluation that failed
├── DatasetError           an uploaded file that cannot be read
└── JobFailedError         a job that failed or was cancelled
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from trainlet.errors import (
    AuthenticationError,
    ConflictError,
    FieldError,
    NotFoundError,
    PermissionDeniedError,
    QueueFullError,
    ServiceUnavailableError,
    TooLargeError,
    TrainletError,
    ValidationError,
)

if TYPE_CHECKING:
    from trainlet.client.dataset import Dataset
    from trainlet.client.results import Job

ERRORS: dict[int, type[TrainletError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    429: QueueFullError,
    503: ServiceUnavailableError,
}


class InputTypeError(ValidationError, TypeError):
    """A value has an unsupported type; the request was not sent."""


class InputValueError(ValidationError, ValueError):
    """A value, a table or an argument is not allowed; the request was not sent."""


class APIStatusError(TrainletError):
    """The API returned a status without a specific error class."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class EvaluationFailedError(TrainletError):
    """An evaluation in a worker has failed; the message has the reason."""


class DatasetError(TrainletError):
    """An uploaded file cannot be read; the message has the location."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        super().__init__(f"{dataset.name or dataset.id} cannot be read: {dataset.error}")


class EmptyFileError(ValidationError):
    """A file to upload is empty."""

    def __init__(self, name: str) -> None:
        super().__init__(
            [FieldError(("file",), name, "a file that is not empty", f"{name} is empty")]
        )

    def __str__(self) -> str:
        return self.errors[0].detail


class JobFailedError(TrainletError):
    """A job has failed or was cancelled, so it has no model."""

    def __init__(self, job: Job) -> None:
        self.job = job
        reason = (job.error or {}).get("detail")
        super().__init__(f"job {job.id} {_outcome(job)}" + (f": {reason}" if reason else ""))


def _outcome(job: Job) -> str:
    return "was cancelled" if job.status == "cancelled" else f"has {job.status}"


def error_of(response: httpx.Response) -> TrainletError:
    """Return the error for an error response."""
    try:
        problem = response.json()
        detail = str(problem["detail"])
        errors = [_error(error) for error in problem.get("errors", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return APIStatusError(
            response.status_code, f"{response.status_code} without a problem document"
        )
    if errors:
        return ValidationError(errors)
    if response.status_code in ERRORS:
        return ERRORS[response.status_code](detail)
    return APIStatusError(response.status_code, f"{response.status_code}: {detail}")


def _error(document: dict[str, Any]) -> FieldError:
    steps = document["pointer"].split("/")[1:] if "pointer" in document else []
    names = [step.replace("~1", "/").replace("~0", "~") for step in steps]
    path = [int(name) if name.isdecimal() else name for name in names]
    return FieldError(
        tuple(path) or ((document["parameter"],) if "parameter" in document else ()),
        document.get("value"),
        document["allowed"],
        document["detail"],
    )
