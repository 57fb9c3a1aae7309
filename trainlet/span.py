"""Spans: stretches of time that traces tell of."""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["internal", "server", "consumer"]


class Span:
    """A stretch of time that is told of; this one is told to nobody."""

    def set_attributes(self, **attributes: Any) -> None:
        """Tell more about it; what is None is left out."""

    def fail(self, message: str) -> None:
        """Tell that it went wrong."""


NOTHING = Span()
