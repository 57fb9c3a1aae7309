"""Chunk of typed Arrow columns, as in Parquet files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from trainlet.datasets.columns import EXACT_INTEGERS, SECONDS_PER_DAY, Type
from trainlet.readers.chunk import Array, Chunk, stripped
from trainlet.readers.failure import ColumnError

PER_DAY = {
    "s": SECONDS_PER_DAY,
    "ms": SECONDS_PER_DAY * 10**3,
    "us": SECONDS_PER_DAY * 10**6,
    "ns": SECONDS_PER_DAY * 10**9,
}


class ArrowChunk(Chunk):
    """Some rows of columns by position; `first` is the index of the first row.

    Columns with several values per row only have a type.
    """

    def __init__(
        self, columns: Mapping[int, Any], types: Sequence[Any], rows: int, first: int
    ) -> None:
        self._columns, self._types, self._rows = columns, types, rows
        self.place = lambda row: f"row {first + row + 1}"

    def __len__(self) -> int:
        return self._rows

    def direct(self, place: int) -> tuple[Type, Array] | None:
        """Return a column as float64 unless it contains strings or integers that do not fit."""
        from pyarrow import types  # noqa: PLC0415

        column, kind = self._columns.get(place), self._types[place]
        if column is None:
            return None
        if types.is_dictionary(kind) and types.is_boolean(kind.value_type):
            column, kind = column.dictionary_decode(), kind.value_type
        if types.is_boolean(kind):
            return "boolean", _numbers(column)
        if types.is_date(kind) or types.is_timestamp(kind):
            return "date", _days(column)
        if types.is_integer(kind):
            numbers = _numbers(column)
            return None if (np.abs(numbers) >= EXACT_INTEGERS).any() else ("number", numbers)
        if types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind):
            return "number", _numbers(column)
        return None

    def texts(self, place: int) -> tuple[Array, list[str]]:
        """Return the index of each row's string, −1 for none, and the distinct strings.

        Raises ColumnError for an unsupported type.
        """
        column = self._columns.get(place)
        if column is None:
            raise ColumnError(
                f"it is of type {self._types[place]}, which contains several values per row"
            )
        try:
            if hasattr(column, "dictionary"):
                texts = column.dictionary.cast("string").to_pylist()
            else:
                column = column.cast("string").dictionary_encode()
                texts = column.dictionary.to_pylist()
            places = _numbers(column.indices)
        except (ValueError, NotImplementedError) as error:
            reason = str(error).splitlines()[0][:200]
            raise ColumnError(
                f"it is of type {column.type}, which is not supported: {reason}"
            ) from None
        # A dictionary may contain a null, and more entries than there are rows.
        places = np.where(np.isnan(places), -1, places).astype(np.intp)
        lacking = np.array([*(text is None for text in texts), False])[places]
        used, codes = np.unique(np.where(lacking, -1, places), return_inverse=True)
        begin = int(len(used) > 0 and used[0] < 0)
        return stripped(codes - begin, [texts[one] for one in used[begin:].tolist()])

    def strings(self, place: int, missing: Collection[str]) -> bool:
        """Return whether a column contains strings."""
        from pyarrow import types  # noqa: PLC0415

        kind = self._types[place]
        kind = kind.value_type if types.is_dictionary(kind) else kind
        return bool(
            types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
        )


def _numbers(column: Any) -> Array:
    """Return the numbers, nan for missing values."""
    return np.asarray(column.cast("double", safe=False).to_numpy(zero_copy_only=False))


def _days(column: Any) -> Array:
    """Return days since 1970 from integers of days or of smaller units."""
    kind = str(column.type)
    if kind.startswith("date32"):
        return _numbers(column.cast("int32"))
    unit = "ms" if kind.startswith("date64") else column.type.unit
    return _numbers(column.cast("int64")) / PER_DAY[unit]
