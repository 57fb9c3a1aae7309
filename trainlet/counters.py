"""Process-wide counters for metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock

_counts: dict[str, float] = defaultdict(float)
_lock = Lock()


def count(name: str, amount: float = 1) -> None:
    """Increase a counter."""
    add({name: amount})


def add(counts: Mapping[str, float]) -> None:
    """Increase several counters, for example by counts that could not be exported."""
    with _lock:
        for name, amount in counts.items():
            _counts[name] += amount


def take() -> dict[str, float]:
    """Return all counts since the last call, and reset them. A forked process inherits them."""
    with _lock:
        taken: dict[str, float] = dict(_counts)
        _counts.clear()
        return taken


def peek() -> dict[str, float]:
    """Return all counts without resetting them."""
    with _lock:
        return dict(_counts)
