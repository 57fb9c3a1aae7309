"""Failures: why a file cannot be used."""

from __future__ import annotations

from trainlet.errors import TrainletError


class TableError(TrainletError):
    """A file that cannot be used; the message says where and why."""


def shortened(text: str) -> str:
    """What was seen, for a sentence."""
    return repr(text[:40] + ("…" if len(text) > 40 else ""))


class ColumnError(TableError):
    """A column that cannot be used; the message says where and why."""
