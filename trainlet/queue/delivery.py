"""Deliveries: how work travels through RQ. The id is all there is of one, and all that is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,8})")
_READING = re.compile(r"read-([0-9a-f]{64})")


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
        found = _FORM.fullmatch(text)
        return cls(found[1], int(found[2])) if found else None


@dataclass(frozen=True)
class Reading:
    """An uploaded file that is to be read; doing it twice does no harm."""

    dataset: str

    def __str__(self) -> str:
        return f"read-{self.dataset}"

    @classmethod
    def parse(cls, text: str) -> Reading | None:
        """The reading that `text` names, or None."""
        found = _READING.fullmatch(text)
        return cls(found[1]) if found else None
