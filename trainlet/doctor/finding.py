"""A finding: something that is well, could be better, or is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["well", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was seen, and what to do unless all is well."""

    level: Level
    what: str
    detail: str
    advice: str = ""
