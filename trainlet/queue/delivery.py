"""Deliveries: how work travels through RQ. The id is all there is of one, and all that is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

_FORM = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,8})")
_ERRAND = re.compile(r"(read|judge)-([0-9a-f]{64})")

Kind = Literal["read", "judge"]


@dataclass(frozen=True)
class Delivery:
    """A job and the attempt it is delivered for; two deliveries for one attempt are the same."""

    job: str
    attempt: int

    def __str__(self) -> str:
        return f"{self.job}-{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> Delivery | None:
        """The delivery that `text` names, or None."""
        match = _FORM.fullmatch(text)
        return cls(match[1], int(match[2])) if match else None


@dataclass(frozen=True)
class BackgroundTask:
    """What is done once and does no harm if done twice: a file is read, or a model judged."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> BackgroundTask | None:
        """The errand that `text` names, or None."""
        match = _ERRAND.fullmatch(text)
        return cls(cast("Kind", match[1]), match[2]) if match else None
