"""Suggestions for misspelled names ("did you mean")."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice

MAX_CANDIDATES = 1000
MAX_CHARACTERS = 100


def unknown(name: str, known: Collection[str]) -> str:
    """Return the detail of an error about an unknown name."""
    return f"is unknown{did_you_mean(name, known)}"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return "; did you mean `x`?" for the nearest known name, or nothing if none is near.

    Long names and all but the first 1000 candidates are not compared, so the work is bounded.
    """
    if len(name) > MAX_CHARACTERS:
        return ""
    candidates = [name for name in islice(known, MAX_CANDIDATES) if len(name) <= MAX_CHARACTERS]
    folded = name.casefold()
    near = [candidate for candidate in candidates if candidate.casefold() == folded]
    near = near or get_close_matches(name, candidates, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
