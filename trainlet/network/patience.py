"""Patience: detection of a series that has stopped improving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf


@dataclass(frozen=True)
class Patience:
    """Lowest value so far, epochs since then, and how often patience ran out."""

    lowest: float = inf
    waited: int = 0
    times: int = 0

    def see(self, value: float, patience: int | None, margin: float = 0.0) -> Patience:
        """Add a value, which is an improvement if it is lower by more than `margin`.

        After `patience` epochs without improvement, `times` increases by 1 and the count of
        epochs restarts.
        """
        if value < self.lowest - margin:
            return replace(self, lowest=value, waited=0)
        if self.waited + 1 == patience:
            return replace(self, waited=0, times=self.times + 1)
        return replace(self, waited=self.waited + 1)
