"""Errors of the client, and the problems of responses as errors.

TrainletError
├── ValidationError
│   ├── InputTypeError   a value of a type that JSON has no form for, found before it was sent
│   └── InputValueError  a value that is not allowed, found before it was sent
├── APIStatusError         a response that no other error stands for
├── EmptyFileError         a file to upload without any bytes
├── EvaluationFailedError  an evaluation that failed
├── DatasetError           an uploaded file that cannot be read
└── JobFailedError         a job that failed or was cancelled
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from trainlet.errors import (
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
    401: PermissionDeniedError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    429: QueueFullError,
    503: ServiceUnavailableError,
}


class InputTypeError(ValidationError, TypeError):
    """A value has a type that the service takes nowhere; nothing was sent."""


class InputValueError(ValidationError, ValueError):
    """A value, a table or an argument is not allowed; nothing was sent."""


class APIStatusError(TrainletError):
    """The service answered with a status that stands for no other error of this project."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class EvaluationFailedError(TrainletError):
    """An evaluation that was handed to a worker has failed; the message says why."""


class DatasetError(TrainletError):
    """An uploaded file in which something is wrong: the message says where."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        super().__init__(f"{dataset.name or dataset.id} cannot be read: {dataset.error}")


class EmptyFileError(ValidationError):
    """A file to upload that has no bytes."""

    def __init__(self, name: str) -> None:
        super().__init__(
            [FieldError(("file",), name, "a file that is not empty", f"{name} is empty")]
        )

    def __str__(self) -> str:
        return self.errors[0].detail


class JobFailedError(TrainletError):
    """A job that was waited for has failed or was cancelled: there is no model."""

    def __init__(self, job: Job) -> None:
        self.job = job
        reason = (job.error or {}).get("detail")
        super().__init__(f"job {job.id} has {_ended(job)}" + (f": {reason}" if reason else ""))


def _ended(job: Job) -> str:
    return "been cancelled" if job.status == "cancelled" else job.status


def error_of(response: httpx.Response) -> TrainletError:
    """The error that an answer which is no success stands for."""
    try:
        problem = response.json()
        detail, result = str(problem["detail"]), problem.get("errors", [])
        errors = [_error(error) for error in result]
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
