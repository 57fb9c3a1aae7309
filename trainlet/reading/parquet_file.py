"""Parquet files: columns with types of their own, some rows of some of them at a time.

The reader is pyarrow, which is imported here alone: whoever uploads no such file needs none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column, Profile
from trainlet.datasets.columns import SECONDS_A_DAY, Type
from trainlet.reading import names
from trainlet.reading.codes import Codes, sorted_codes
from trainlet.reading.failure import Failed
from trainlet.reading.statistics import Statistics, shown

Array = NDArray[Any]

BLOCK = 4 * 2**20
COLUMNS = 32
"""Columns that are read side by side."""

MOST_ROWS = 65_536
FIRST = 5
HEADER_BYTES = 64 * 2**20
"""Most that descriptions inside the file may ask for."""

PER_DAY = {
    "s": SECONDS_A_DAY,
    "ms": SECONDS_A_DAY * 10**3,
    "us": SECONDS_A_DAY * 10**6,
    "ns": SECONDS_A_DAY * 10**9,
}


def read_parquet(
    path: Path, numbers: Path, most_bytes: int, tick: Callable[[], None]
) -> tuple[Profile, list[Array | None]]:
    """Profile a file, writing its numbers; for categories also the order of their codes."""
    file = ParquetFile(path)
    shape = file.rows, len(file.names)
    if not file.rows:
        raise Failed("the file has no rows")
    if prod(shape) * 8 > most_bytes:
        raise Failed(f"as numbers the columns have more than {most_bytes} bytes")
    with numbers.open("r+b") as room:
        # Where a mapped file cannot grow, the system kills who writes to it.
        os.posix_fallocate(room.fileno(), 0, prod(shape) * 8)
    matrix = np.memmap(numbers, "<f8", "r+", 0, shape)
    parts = {at: Statistics(file.names[at : at + COLUMNS]) for at in range(0, shape[1], COLUMNS)}
    for row, at, block in file.blocks():
        parts[at].add(block)
        matrix[row : row + len(block), at : at + COLUMNS] = block
        tick()
    columns, orders = file.columns(), file.orders()
    profile = Profile(
        rows=file.rows,
        details=tuple(
            detail
            for at, part in parts.items()
            for detail in part.details(columns[at : at + COLUMNS])
        ),
        first=shown(sorted_codes(np.array(matrix[:FIRST]), orders), columns),
        read_as=("parquet", f"{file.groups} row groups"),
    )
    return profile, orders


class ParquetFile:
    """An open file, and the codes of the texts in it."""

    def __init__(self, path: Path) -> None:
        try:
            from pyarrow import parquet  # noqa: PLC0415
        except ModuleNotFoundError:
            told = "the worker lacks the package pyarrow: pip install 'trainlet[parquet]'"
            raise Failed(told) from None
        try:
            # Not mapped and not read ahead: memory is what a few pages take.
            self._file = parquet.ParquetFile(
                path,
                buffer_size=2**16,
                pre_buffer=False,
                page_checksum_verification=True,
                thrift_string_size_limit=HEADER_BYTES,
                thrift_container_size_limit=2**20,
            )
            schema = self._file.schema_arrow
        except (OSError, ValueError, NotImplementedError) as error:
            raise Failed(f"the file is not a Parquet file: {_short(error)}") from None
        self.rows, self.groups = self._file.metadata.num_rows, self._file.num_row_groups
        if not 1 <= len(schema.names) <= names.MOST_COLUMNS:
            raise Failed(
                f"there are {len(schema.names)} columns; there may be {names.MOST_COLUMNS}"
            )
        self.names = names.checked(schema.names)
        self._types = [_type(field) for field in schema]
        self._codes = {p: Codes() for p, kind in enumerate(self._types) if kind == "category"}

    def blocks(self) -> Iterator[tuple[int, int, Array]]:
        """The numbers as float64, some rows of some columns at a time, with their first places.

        Of each column that is read at the same time a dictionary may be held.
        """
        begin = 0
        for group in range(self.groups):
            rows = self._file.metadata.row_group(group).num_rows
            for at in range(0, len(self.names), COLUMNS):
                places = list(range(at, min(at + COLUMNS, len(self.names))))
                found = begin
                for batch in self._batches(group, places):
                    block = [self._numbers(*one) for one in zip(places, batch.columns, strict=True)]
                    yield found, at, np.stack(block, axis=1)
                    found += len(batch)
                if found - begin != rows:
                    raise Failed(f"row group {group + 1} has not the {rows} rows that it tells of")
            begin += rows
        if begin != self.rows:
            raise Failed(f"the row groups have {begin} rows, but the file tells of {self.rows}")

    def _batches(self, group: int, places: list[int]) -> Iterator[Any]:
        # By places, not by names: pyarrow takes a name with a point in it for a path.
        rows = max(1, min(MOST_ROWS, BLOCK // (8 * len(places))))
        batches = self._file.reader.iter_batches(
            rows, row_groups=[group], column_indices=places, use_threads=False
        )
        while (batch := self._next(batches)) is not None:
            yield batch

    def columns(self) -> tuple[Column, ...]:
        """The columns, once all rows were read."""
        return tuple(
            self._column(place, name, kind)
            for place, (name, kind) in enumerate(zip(self.names, self._types, strict=True))
        )

    def orders(self) -> list[Array | None]:
        """For each column of categories the place of each code among the sorted texts."""
        return [
            self._codes[place].order() if column.type == "category" else None
            for place, column in enumerate(self.columns())
        ]

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except (OSError, ValueError, NotImplementedError) as error:
            raise Failed(f"the file is broken: {_short(error)}") from None

    def _column(self, place: int, name: str, kind: Type) -> Column:
        if kind != "category":
            return Column(name, kind)
        codes = self._codes[place]
        return Column(name, "text") if codes.too_many else Column(name, kind, codes.categories)

    def _numbers(self, place: int, column: Any) -> Array:
        try:
            if place in self._codes:
                return _coded(column, self._codes[place])
            if self._types[place] == "date":
                return _days(column)
            return _plain(column)
        except (ValueError, NotImplementedError) as error:
            told = f"column {self.names[place]} cannot be read: {_short(error)}"
            raise Failed(told) from None


def _type(field: Any) -> Type:
    """What a column holds, by the type the file tells."""
    from pyarrow import types  # noqa: PLC0415

    kind = field.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind):
        return "boolean"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "category"
    if types.is_dictionary(field.type):
        raise Failed(f"column {field.name} is of type {field.type}, which is not read")
    if types.is_date(kind) or types.is_timestamp(kind):
        return "date"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_null(kind):
        return "number"
    words = "numbers, booleans, texts and dates are read"
    raise Failed(f"column {field.name} is of type {field.type}: {words}")


def _plain(column: Any) -> Array:
    """The numbers, nan for what is missing."""
    return np.asarray(column.cast("double", safe=False).to_numpy(zero_copy_only=False))


def _days(column: Any) -> Array:
    """Days since 1970, from whole numbers of days or of smaller units."""
    kind = str(column.type)
    if kind.startswith("date32"):
        return _plain(column.cast("int32"))
    unit = "ms" if kind.startswith("date64") else column.type.unit
    return _plain(column.cast("int64")) / PER_DAY[unit]


def _coded(column: Any, codes: Codes) -> Array:
    """The codes of texts, which stand in a dictionary."""
    if not hasattr(column, "dictionary"):
        column = column.dictionary_encode()
    texts = column.dictionary.to_pylist()
    places = _plain(column.indices)
    # One place more than there are texts, for what is missing.
    chosen = np.where(np.isnan(places), len(texts), places).astype(np.intp)
    texts.append(None)
    codes.add(texts[place] for place in np.unique(chosen) if texts[place])
    return np.asarray(codes.of(text or None for text in texts)[chosen])


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
