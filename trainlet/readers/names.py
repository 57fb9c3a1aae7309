"""Normalization of column names: unique, not empty, on one line."""

from __future__ import annotations

from collections.abc import Sequence

from trainlet.readers.failure import TableError

MAX_COLUMNS = 20_000
MAX_NAME = 200


def unique(header: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return a name for each column, and the header's text of each renamed column.

    An empty name becomes `column_` and its position; the second `a` becomes `a_2`. New names do
    not occur in the header. Raises TableError for too many columns.
    """
    if len(header) > MAX_COLUMNS:
        raise TableError(f"the table has {len(header)} columns; the maximum is {MAX_COLUMNS}")
    wanted = [" ".join(text.split())[:MAX_NAME] if _odd(text) else text for text in header]
    taken = set(wanted)
    names: list[str] = []
    used: set[str] = set()
    counts: dict[str, int] = {}
    for position, text in enumerate(wanted, 1):
        name = text or f"column_{position}"
        if name in used or (not text and name in taken):
            stem, number = name, counts.get(name, 1)
            while name in used or name in taken:
                number += 1
                name = f"{stem}_{number}"
            counts[stem] = number
        used.add(name)
        names.append(name)
    renamed = {name: text for name, text in zip(names, header, strict=True) if name != text}
    return tuple(names), renamed


def _odd(text: str) -> bool:
    return len(text) > MAX_NAME or any(sign in text for sign in "\n\r\t")
