"""Errors that trainlet raises.

TrainletError
├── ValidationError          the request is invalid; carries every FieldError
├── NotFoundError            no such resource
├── ConflictError            the state of a resource does not allow it
├── TooLargeError            more than a limit allows
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
    """One thing wrong with a value: where it is, what was seen, what is allowed.

    `path` leads from the root of the document to the value, by names and indices.
    """

    path: tuple[str | int, ...]
    value: Any
    allowed: str
    detail: str

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer in a URI fragment (RFC 6901, section 6)."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.path)
        return "#" + "".join(f"/{step}" for step in steps)

    def under(self, *parents: str | int) -> FieldError:
        """The same fault, seen from further up the document."""
        return replace(self, path=(*parents, *self.path))


class TrainletError(Exception):
    """The root of the tree: its message is a sentence for the user."""


class ValidationError(TrainletError):
    """A document that breaks its declaration; `errors` lists every place."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.pointer}: {error.detail}" for error in self.errors))


class NotFoundError(TrainletError):
    """There is no such job, model, version or dataset."""


class ConflictError(TrainletError):
    """The thing exists, but its present state forbids what was asked."""


class TooLargeError(TrainletError):
    """More bytes, points or parameters than the settings allow."""


class PermissionDeniedError(TrainletError):
    """There is no key, or one that does not allow what was asked."""


class DivergenceError(TrainletError):
    """A loss or parameter became infinite or not a number.

    `epoch` and `step` count from 0; `layer` is the first that holds such a number, if one does.
    """

    def __init__(self, epoch: int, step: int, layer: int | None, hint: str) -> None:
        self.epoch, self.step, self.layer, self.hint = epoch, step, layer, hint
        where = "" if layer is None else f", first in layer {layer}"
        super().__init__(
            f"training diverged in epoch {epoch} at step {step}{where}: a number is no longer "
            f"finite; {hint}"
        )


class CorruptFileError(TrainletError):
    """A stored file fails its own checks; it is never served."""


class ServiceUnavailableError(TrainletError):
    """Redis or the blob store cannot be reached just now."""


class StoreFullError(ServiceUnavailableError):
    """There is no room for what is to be stored; what was stored is whole."""


class QueueFullError(ServiceUnavailableError):
    """As many jobs wait as the settings allow."""
