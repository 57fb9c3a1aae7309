"""Chunk of typed cells, as in Excel and JSON Lines files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import numpy as np

from trainlet.datasets.columns import EXACT_INTEGERS, Type, days
from trainlet.readers.chunk import Array, Chunk
from trainlet.readers.failure import ColumnError
from trainlet.readers.values import text_of

KINDS: dict[type, Type] = {bool: "boolean", int: "number", float: "number", str: "category"}


class CellChunk(Chunk):
    """Some rows of cells by column position; None for a missing cell."""

    def __init__(
        self, columns: Mapping[int, list[Any]], rows: int, place: Callable[[int], str]
    ) -> None:
        self._columns = columns
        self._rows = rows
        self.place = place

    def __len__(self) -> int:
        return self._rows

    def direct(self, place: int) -> tuple[Type, Array] | None:
        """Return a column as float64 if its cells have one type other than string."""
        cells = self._columns[place]
        kinds = {_kind(cell) for cell in cells} - {None}
        if len(kinds) != 1 or kinds == {"category"}:
            return None
        kind = kinds.pop()
        if kind == "date":
            return "date", np.array([_days(cell) for cell in cells], np.float64)
        try:
            numbers = np.array([np.nan if cell is None else cell for cell in cells], np.float64)
        except OverflowError:
            return None
        if (np.abs(numbers) >= EXACT_INTEGERS).any():
            return None
        return kind or "number", numbers

    def texts(self, place: int) -> tuple[Array, list[str]]:
        """Return the index of each row's string, and the distinct strings.

        Raises ColumnError for cells with several values.
        """
        places: dict[str, int] = {}
        codes = np.empty(self._rows, np.intp)
        for row, cell in enumerate(self._columns[place]):
            if isinstance(cell, (list, dict)):
                raise ColumnError(f"{self.place(row)} contains a list or an object")
            codes[row] = places.setdefault(text_of(cell).strip(), len(places))
        return codes, list(places)

    def strings(self, place: int, missing: Collection[str]) -> bool:
        """Return whether some cell is a string other than those of missing values."""
        texts = (cell.strip() for cell in self._columns[place] if isinstance(cell, str))
        return any(text not in missing for text in texts)


def _kind(cell: Any) -> Type | None:
    if cell is None or cell != cell:  # noqa: PLR0124
        return None
    if isinstance(cell, date):
        return "date"
    return KINDS.get(type(cell), "category")


def _days(cell: Any) -> float:
    if _kind(cell) is None:
        return np.nan
    return days(cell.isoformat()) or 0.0
