"""Errors of uploaded files."""

from __future__ import annotations

from trainlet.errors import TrainletError


class TableError(TrainletError):
    """A file that cannot be used; the message contains location and reason."""


def shortened(text: str) -> str:
    """Return a quoted value for a message, shortened."""
    return repr(text[:40] + ("…" if len(text) > 40 else ""))


class ColumnError(TableError):
    """A column that cannot be used; the message contains location and reason."""
