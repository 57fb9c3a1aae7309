"""Reader of table rows with a model's columns and encoding."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column, ReadingOptions
from trainlet.datasets.table import column_names
from trainlet.readers.chunk import Array, Chunk
from trainlet.readers.failure import TableError, shortened
from trainlet.readers.sources import Source, applicable, opened
from trainlet.readers.values import Values


class RowReader:
    """Rows of a table for a model, read once in blocks (rows, columns).

    Columns match by name, in any order. They match by position if the file has no header or the
    model's columns are unnamed, and the number of columns is equal. A category is its index in
    the model's categories, a date is days since 1970. A missing value is nan, and an error unless
    `missing` allows it. The file need not be seekable. Raises TableError with line, column and
    value.
    """

    def __init__(
        self,
        file: BinaryIO,
        media_type: str,
        options: ReadingOptions,
        columns: tuple[Column, ...],
        *,
        missing: bool = True,
    ) -> None:
        options = applicable(options, media_type)
        self._columns = columns
        self._missing = missing
        self._values = Values(options)
        self._source = opened(file, media_type, options, tuple(one.name for one in columns))
        self._places = _places(self._source, columns)
        self._known = [
            {text: float(code) for code, text in enumerate(column.categories or ())}
            for column in columns
        ]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Names of the file's columns that the model does not use."""
        used = set(self._places)
        return tuple(name for place, name in enumerate(self._source.names) if place not in used)

    @property
    def settled(self) -> ReadingOptions | None:
        """Options with the detected dialect; None unless the file is CSV."""
        return self._source.settled

    @property
    def short(self) -> int:
        """Number of rows so far with fewer values than there are columns."""
        return self._source.short

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        texts = {
            place
            for place, column in zip(self._places, self._columns, strict=True)
            if column.type != "number"
        }
        for chunk in self._source.chunks(sorted(set(self._places)), lambda: texts):
            numbers = [
                self._numbers(chunk, place, number) for number, place in enumerate(self._places)
            ]
            yield np.stack(numbers, axis=1)

    def _numbers(self, chunk: Chunk, place: int, number: int) -> Array:
        column = self._columns[number]
        if column.type != "category":
            direct = chunk.direct(place)
            if direct is not None and direct[0] == column.type:
                return self._finite(chunk, self._values.present(*direct), column)
        codes, texts = chunk.texts(place)
        results = [self._number(text, number) for text in texts]
        if None in results:
            wrong = results.index(None)
            row = int((codes == wrong).argmax())
            raise TableError(
                f"{chunk.place(row)}, column {column.name}: must be {column.allowed}, not "
                f"{shortened(texts[wrong])}"
            )
        return self._finite(chunk, np.array([*results, np.nan], np.float64)[codes], column)

    def _number(self, text: str, number: int) -> float | None:
        if text in self._values.missing:
            return np.nan
        column = self._columns[number]
        if column.type == "category":
            return self._known[number].get(text)
        return self._values.parse(column.type, text)

    def _finite(self, chunk: Chunk, numbers: Array, column: Column) -> Array:
        infinite = np.isinf(numbers)
        if infinite.any():
            where = chunk.place(int(infinite.argmax()))
            raise TableError(f"{where}, column {column.name}: must be a finite number")
        if not self._missing and (lacking := np.isnan(numbers)).any():
            where = chunk.place(int(lacking.argmax()))
            raise TableError(f"{where}, column {column.name}: must not be missing")
        return numbers


def _places(source: Source, columns: tuple[Column, ...]) -> list[int]:
    """Return the position in the file of each of the model's columns."""
    names, header, settled = source.names, source.header, source.settled
    known = {name: place for place, name in enumerate(names)}
    wanted = tuple(column.name for column in columns)
    lacking = [name for name in wanted if name not in known]
    if not lacking:
        return [known[name] for name in wanted]
    unnamed = wanted == column_names(len(wanted))
    if len(names) == len(wanted) and (not header or (unnamed and lacking == [*wanted])):
        return list(range(len(names)))
    if not header:
        raise TableError(
            f"the file has no header and {len(names)} columns; the model has {len(wanted)}: "
            "name the columns in a first line"
        )
    if len(lacking) == len(wanted):
        message = f"the first line contains none of the model's columns {_shown(wanted)}"
        other = "" if settled is None else f"the delimiter is {settled.delimiter}: set another, or "
        raise TableError(f"{message}; {other}set header to false if it is a row")
    near = get_close_matches(lacking[0], names, 1)
    hint = f"; did you mean {near[0]}?" if near else "."
    raise TableError(f"column {lacking[0]} is missing{hint} The file has {_shown(names)}")


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
