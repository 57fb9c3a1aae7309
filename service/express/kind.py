"""Questions: points that are asked about, in a form that knows how it is to be answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from service.models.points import Points
from service.models.predicting import Asked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Answer = tuple[dict[str, str], bytes]
"""Headers and content."""

LENGTH = re.compile("[1-9][0-9]{0,14}")


class Question(Protocol):
    """What was asked."""

    @property
    def points(self) -> Points:
        """Raw points (n, columns)."""

    def answer(self, asked: Asked, outputs: NDArray[Any]) -> Answer:
        """What is answered of the outputs (n, units)."""


@dataclass(frozen=True)
class Kind:
    """A kind of request: by its looks, and how it is read."""

    path: re.Pattern[str]
    """Has the groups name, and version or alias."""
    routes: tuple[str, str]
    """What the journal calls it, without and with a version."""
    media_types: frozenset[str | None]
    accepted: frozenset[str]
    read: Callable[[WSGIEnvironment, bytes, Asked, int], Question]
    """Reads a body about a model, of so many points at most."""

    def is_plain(self, environ: WSGIEnvironment, most_bytes: int) -> bool:
        """Whether nothing is asked but to predict what the body holds."""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and "HTTP_CONTENT_ENCODING" not in environ
            and environ.get("CONTENT_TYPE") in self.media_types
            and environ.get("HTTP_ACCEPT", "") in self.accepted
            and LENGTH.fullmatch(environ.get("CONTENT_LENGTH", "")) is not None
            and int(environ["CONTENT_LENGTH"]) <= most_bytes
        )


ANYTHING = ("", "*/*")
