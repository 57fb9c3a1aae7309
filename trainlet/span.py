"""Interface of spans, and a span that does nothing."""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["internal", "server", "consumer"]


class Span:
    """Span of a trace. This base class exports nothing."""

    def set_attributes(self, **attributes: Any) -> None:
        """Set attributes; those that are None are omitted."""

    def fail(self, message: str) -> None:
        """Mark the span as failed."""


NOTHING = Span()
