"""Result of one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["well", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """Checked subject, observation and, for a problem, advice."""

    level: Level
    what: str
    detail: str
    advice: str = ""
