"""Adaptive number of training steps per chunk."""

from __future__ import annotations

MAX_GROWTH = 8


class ChunkSize:
    """Adapts the number of steps so that a chunk takes `seconds`. The first is a single step."""

    def __init__(self, seconds: float) -> None:
        self.steps = 1
        self._seconds = seconds

    def measure(self, seconds: float, steps: int) -> None:
        """Update the chunk size from the duration of the last steps."""
        fitting = int(steps * self._seconds / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, self.steps * MAX_GROWTH))
