"""Runs all benchmarks of the package, or the named ones."""

from __future__ import annotations

import sys

from benchmarks.durability import streams, training

PARTS = {
    "checkpoints": training.cost_of_checkpoints,
    "progress": training.cost_of_progress,
    "streams": streams.cost_of_streams,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
