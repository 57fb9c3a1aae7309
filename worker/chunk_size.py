"""Pace: how many steps to train until the next look around, from how long the last ones took."""

from __future__ import annotations

MAX_GROWTH = 8


class ChunkSize:
    """Aims at pieces of work of `seconds` each; begins with a single step."""

    def __init__(self, seconds: float) -> None:
        self.steps = 1
        self._seconds = seconds

    def measure(self, seconds: float, steps: int) -> None:
        """Say how long the last steps took, and how many there were."""
        fitting = int(steps * self._seconds / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, self.steps * MAX_GROWTH))
