"""Suggestions: the known name that a misspelled one probably stands for."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice

MAX_CANDIDATES = 1000
MAX_CHARACTERS = 100


def unknown(name: str, known: Collection[str]) -> str:
    """Return the detail of an error about a name that is none of the known ones."""
    return f"is unknown{did_you_mean(name, known)}"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return "; did you mean `x`?" for the nearest known name, or nothing if none is near.

    Long names and all but the first 1000 candidates are not compared, so the work is bounded.
    """
    if len(name) > MAX_CHARACTERS:
        return ""
    candidates = [one for one in islice(known, MAX_CANDIDATES) if len(one) <= MAX_CHARACTERS]
    folded = name.casefold()
    near = [one for one in candidates if one.casefold() == folded]
    near = near or get_close_matches(name, candidates, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
