"""Ids by which jobs and background tasks travel through RQ. Nothing else in Redis is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

_FORM = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,8})")
_TASK = re.compile(r"(read|evaluate)-([0-9a-f]{64})")

Kind = Literal["read", "evaluate"]


@dataclass(frozen=True)
class Delivery:
    """Delivery of a job for an attempt; deliveries of the same attempt are equal."""

    job: str
    attempt: int

    def __str__(self) -> str:
        return f"{self.job}-{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> Delivery | None:
        """Parse a delivery; None for other strings."""
        match = _FORM.fullmatch(text)
        return cls(match[1], int(match[2])) if match else None


@dataclass(frozen=True)
class BackgroundTask:
    """Idempotent background task: reading a file, or evaluating a model."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> BackgroundTask | None:
        """Parse a background task; None for other strings."""
        match = _TASK.fullmatch(text)
        return cls(cast("Kind", match[1]), match[2]) if match else None
