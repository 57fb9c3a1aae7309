"""Errors that trainlet raises.

TrainletError
├── ValidationError          the request is invalid; carries every FieldError
├── NotFoundError            no such resource
├── ConflictError            the state of a resource does not allow it
├── TooLargeError            more than a limit allows
├── AuthenticationError      the API key is missing or invalid
├── PermissionDeniedError    the API key does not allow it
├── DivergenceError          a number stopped being finite in training
├── CorruptFileError         a stored file is damaged
└── ServiceUnavailableError  a dependency of this process is unavailable
    ├── QueueFullError       the queue is full
    └── StoreFullError       the blob store is full
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One error of a value: its path, the actual value, the allowed ones and a message.

    `path` leads from the root of the document to the value by names and indices.
    """

    path: tuple[str | int, ...]
    value: Any
    allowed: str
    detail: str

    @property
    def pointer(self) -> str:
        """Path as a JSON Pointer in a URI fragment (RFC 6901, section 6)."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.path)
        return "#" + "".join(f"/{step}" for step in steps)

    def under(self, *parents: str | int) -> FieldError:
        """Return the same error with a path from a parent document."""
        return replace(self, path=(*parents, *self.path))


class TrainletError(Exception):
    """Base class of all errors of trainlet. The message is a sentence for the user."""


class ValidationError(TrainletError):
    """Invalid document; `errors` lists every invalid field."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.pointer}: {error.detail}" for error in self.errors))


class NotFoundError(TrainletError):
    """There is no such job, model, version or dataset."""


class ConflictError(TrainletError):
    """The state of a resource does not allow the request."""


class TooLargeError(TrainletError):
    """The request exceeds a limit of the settings, such as bytes, points or parameters."""


class AuthenticationError(TrainletError):
    """The API key is missing, unknown, expired or revoked."""


class PermissionDeniedError(TrainletError):
    """The API key does not allow the request."""


class DivergenceError(TrainletError):
    """A loss or parameter became infinite or not a number.

    `epoch` and `step` count from 0; `layer` is the first layer with such a number, if there is one.
    """

    def __init__(self, epoch: int, step: int, layer: int | None, hint: str) -> None:
        self.epoch, self.step, self.layer, self.hint = epoch, step, layer, hint
        where = "" if layer is None else f", first in layer {layer}"
        super().__init__(
            f"training diverged in epoch {epoch} at step {step}{where}: a number is no longer "
            f"finite; {hint}"
        )


class CorruptFileError(TrainletError):
    """A stored file fails its checks. Damaged files are never served."""


class ServiceUnavailableError(TrainletError):
    """Redis or the blob store is unavailable."""


class StoreFullError(ServiceUnavailableError):
    """The blob store is full. Stored records are intact."""


class QueueFullError(ServiceUnavailableError):
    """The queue has reached the limit of the settings."""
