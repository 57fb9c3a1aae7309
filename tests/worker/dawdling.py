"""Workers with slow jobs that can be disturbed."""

from __future__ import annotations

import time
from math import inf
from typing import Any

from worker import __main__ as entry_point
from worker import checkpoints, training
from worker.training import TrainingTask

PIECE = 0.002
"""Seconds of training from one look around to the next."""

REST = 0.06
"""Seconds of rest after each."""

LONG = 10
"""Epochs that take some seconds so: long enough to be disturbed."""


def main() -> int:
    """Run a worker that dawdles."""
    report = TrainingTask._report

    def rested(self: TrainingTask, *arguments: Any) -> None:
        report(self, *arguments)
        time.sleep(REST)

    TrainingTask._report = rested  # type: ignore[assignment, method-assign]
    work_in_pieces(PIECE)
    return entry_point.main()


def work_in_pieces(seconds: float) -> None:
    """Train so long at a time, with a checkpoint after each if they are wanted so often."""
    training.CHUNK_SECONDS = seconds
    checkpoints.MAX_TIME_FRACTION = inf
