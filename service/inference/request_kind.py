"""Kinds of prediction requests that bypass Flask: conditions, parser and response."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from service.inference.points import Points
from service.inference.predict import ModelRef

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Response_ = tuple[dict[str, str], bytes]
"""Headers and content."""

Outputs = NDArray[Any]

Read = Callable[
    ["WSGIEnvironment", bytes, ModelRef, int], tuple[Points, Callable[[Outputs], Response_]]
]
"""Parser of a body for a model, with a limit of points.

Returns raw points (n, columns) and a function that formats their outputs (n, units). Both raise
400, ValidationError and TooLargeError.
"""

LENGTH = re.compile("[1-9][0-9]{0,14}")
ANYTHING = frozenset({"", "*/*"})


@dataclass(frozen=True)
class RequestKind:
    """A POST request to `root/<name>/verb`, or to a version or alias of that name."""

    root: str
    verb: str
    media_types: frozenset[str | None]
    """Allowed media types of the body and of the Accept header."""
    read: Read

    @cached_property
    def path(self) -> re.Pattern[str]:
        """Pattern of the path, with the groups name, and version or alias."""
        pattern = rf"{self.root}/([\w.-]+)(?:/versions/([\w.-]+))?/{self.verb}"
        return re.compile(pattern, re.ASCII)

    @cached_property
    def routes(self) -> tuple[str, str]:
        """Routes for the access log, without and with a version."""
        name = f"{self.root}/<name>"
        return f"{name}/{self.verb}", f"{name}/versions/<version>/{self.verb}"

    @cached_property
    def _accepted(self) -> frozenset[str | None]:
        return self.media_types | ANYTHING

    def is_plain(self, environ: WSGIEnvironment, max_bytes: int) -> bool:
        """Return whether the request is a plain prediction without other options."""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and "HTTP_CONTENT_ENCODING" not in environ
            and environ.get("CONTENT_TYPE") in self.media_types
            and environ.get("HTTP_ACCEPT", "") in self._accepted
            and LENGTH.fullmatch(environ.get("CONTENT_LENGTH", "")) is not None
            and int(environ["CONTENT_LENGTH"]) <= max_bytes
        )
