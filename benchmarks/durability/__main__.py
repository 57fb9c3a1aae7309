"""All of them, one after another."""

from __future__ import annotations

from benchmarks.durability import streams, training

if __name__ == "__main__":
    training.cost_of_checkpoints()
    training.cost_of_progress()
    streams.cost_of_streams()
