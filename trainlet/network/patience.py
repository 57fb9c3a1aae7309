"""A watch: whether a number still gets better from epoch to epoch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf


@dataclass(frozen=True)
class Patience:
    """The lowest number so far, the epochs waited since, and the times patience ran out."""

    lowest: float = inf
    waited: int = 0
    times: int = 0

    def see(self, value: float, patience: int | None, margin: float = 0.0) -> Patience:
        """See one more number; only one lower by more than `margin` counts as better.

        Each time `patience` epochs have passed without one, `times` counts up and the wait
        begins anew.
        """
        if value < self.lowest - margin:
            return replace(self, lowest=value, waited=0)
        if self.waited + 1 == patience:
            return replace(self, waited=0, times=self.times + 1)
        return replace(self, waited=self.waited + 1)
