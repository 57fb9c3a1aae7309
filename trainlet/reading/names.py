"""Names of columns, as a file tells them."""

from __future__ import annotations

from collections.abc import Sequence

from trainlet.reading.failure import Failed, shortened

MOST_COLUMNS = 20_000
LONGEST = 200


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names. Raises Failed unless each is there, short, in one line and not told twice."""
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        if not name or len(name) > LONGEST or "\n" in name:
            raise Failed(f"column {place} has no name of 1 to {LONGEST} characters in one line")
        if name in seen:
            raise Failed(f"two columns are named {shortened(name)}")
        seen.add(name)
    return tuple(names)
