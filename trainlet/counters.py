"""Tallies: how often what happened in this process, for whoever watches over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock

_counts: dict[str, float] = defaultdict(float)
_lock = Lock()


def count(name: str, amount: float = 1) -> None:
    """Count something."""
    add({name: amount})


def add(counts: Mapping[str, float]) -> None:
    """Count several things, or again what was taken and could not be told."""
    with _lock:
        for name, amount in counts.items():
            _counts[name] += amount


def take() -> dict[str, float]:
    """All that was counted since this was asked last; a forked process begins with it."""
    with _lock:
        taken: dict[str, float] = dict(_counts)
        _counts.clear()
        return taken


def peek() -> dict[str, float]:
    """All that was counted and not taken."""
    with _lock:
        return dict(_counts)
