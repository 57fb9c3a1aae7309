"""Parquet reader, with pyarrow.

pyarrow is optional and imported only in this module.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Detail, Profile, ReadingOptions
from trainlet.readers import names
from trainlet.readers.arrow_chunk import ArrowChunk
from trainlet.readers.codes import sorted_codes
from trainlet.readers.column_reader import ColumnReader
from trainlet.readers.failure import TableError
from trainlet.readers.statistics import Statistics, shown
from trainlet.readers.table_reader import chosen

Array = NDArray[Any]

BLOCK_BYTES = 4 * 2**20
COLUMNS = 32
"""Number of columns that are read at the same time."""

MAX_ROWS = 65_536
FIRST = 5
HEADER_BYTES = 64 * 2**20
"""Maximum size in bytes of the metadata in a file."""


def read_parquet(
    path: Path,
    options: ReadingOptions,
    numbers: Path,
    max_bytes: int,
    tick: Callable[[], None],
) -> tuple[Profile, list[Array | None]]:
    """Return the profile of a file and the order of category codes, writing its numbers."""
    file = ParquetFile(path)
    places, columns = chosen(file.names, options)
    shape = file.rows, len(places)
    if not file.rows:
        raise TableError("the file has no rows")
    if prod(shape) * 8 > max_bytes:
        raise TableError(f"the columns as numbers have more than {max_bytes} bytes")
    with numbers.open("r+b") as room:
        # If a mapped file cannot grow, the system kills the process that writes to it.
        os.posix_fallocate(room.fileno(), 0, prod(shape) * 8)
    matrix = np.memmap(numbers, "<f8", "r+", 0, shape)
    details = _filled(file, places, columns, matrix, tick)
    while any(column.stale for column in columns):
        for column in columns:
            column.restart()
        details = _filled(file, places, columns, matrix, tick)
    orders = [column.order() for column in columns]
    result = tuple(detail.column for detail in details)
    profile = Profile(
        rows=file.rows,
        details=details,
        first=shown(sorted_codes(np.array(matrix[:FIRST]), orders), result),
        read_as=("parquet", f"{file.groups} row groups"),
        renamed=file.renamed,
        warnings=tuple(column.warning for column in columns if column.warning),
    )
    return profile, orders


def _filled(
    file: ParquetFile,
    places: list[int],
    columns: list[ColumnReader],
    matrix: Array,
    tick: Callable[[], None],
) -> tuple[Detail, ...]:
    """Read all rows once into a matrix."""
    ends = [(at, min(at + COLUMNS, len(places))) for at in range(0, len(places), COLUMNS)]
    parts = {at: Statistics(end - at) for at, end in ends}
    for row, at, chunk in file.chunks([(at, places[at:end]) for at, end in ends]):
        end = min(at + COLUMNS, len(places))
        read = zip(places[at:end], columns[at:end], strict=True)
        block = np.stack([column.add(chunk, place) for place, column in read], axis=1)
        parts[at].add(block, chunk.place)
        matrix[row : row + len(block), at:end] = block
        tick()
    details: list[Detail] = []
    for at, end in ends:
        readers = columns[at:end]
        details += parts[at].details(tuple(one.column() for one in readers), readers)
    return tuple(details)


class ParquetFile:
    """An open file, and the codes of its strings."""

    def __init__(self, path: Path) -> None:
        try:
            from pyarrow import parquet  # noqa: PLC0415
        except ModuleNotFoundError:
            message = "the worker lacks the package pyarrow: pip install 'trainlet[parquet]'"
            raise TableError(message) from None
        try:
            # Without mapping and read-ahead, memory is bounded by a few pages.
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
            raise TableError(f"the file is not a Parquet file: {_short(error)}") from None
        self.rows, self.groups = self._file.metadata.num_rows, self._file.num_row_groups
        if not 1 <= len(schema.names) <= names.MAX_COLUMNS:
            raise TableError(
                f"there are {len(schema.names)} columns; the maximum is {names.MAX_COLUMNS}"
            )
        self.names, self.renamed = names.unique(schema.names)
        self._types = [field.type for field in schema]
        # pyarrow numbers columns by their leaves.
        leaves = [0, *accumulate(_leaves(kind) for kind in self._types)]
        self._leaf = {
            place: leaves[place] for place, kind in enumerate(self._types) if not kind.num_fields
        }

    def chunks(self, groups: list[tuple[int, list[int]]]) -> Iterator[tuple[int, int, ArrowChunk]]:
        """Yield some rows of some columns at a time, with the row and the number of the group.

        Memory may contain a dictionary per column that is read at the same time.
        """
        begin = 0
        for group in range(self.groups):
            rows = self._file.metadata.row_group(group).num_rows
            for at, places in groups:
                result = begin
                for batch in self._batches(group, places):
                    columns = dict(zip(self._read(places), batch.columns, strict=True))
                    yield result, at, ArrowChunk(columns, self._types, len(batch), result)
                    result += len(batch)
                if result - begin != rows:
                    raise TableError(
                        f"row group {group + 1} does not have its declared {rows} rows"
                    )
            begin += rows
        if begin != self.rows:
            raise TableError(f"the row groups have {begin} rows, but the file declares {self.rows}")

    def _read(self, places: list[int]) -> list[int]:
        """Return the columns with one value per row."""
        return [place for place in places if place in self._leaf]

    def _batches(self, group: int, places: list[int]) -> Iterator[Any]:
        # By position, because pyarrow interprets a name with a point as a path.
        rows = max(1, min(MAX_ROWS, BLOCK_BYTES // (8 * len(places))))
        leaves = [self._leaf[place] for place in self._read(places)]
        batches = self._file.reader.iter_batches(
            rows, row_groups=[group], column_indices=leaves, use_threads=False
        )
        while (batch := self._next(batches)) is not None:
            yield batch

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except (OSError, ValueError, NotImplementedError) as error:
            raise TableError(f"the file is corrupt: {_short(error)}") from None


def _leaves(kind: Any) -> int:
    """Return the number of leaf columns of a type."""
    count: int = kind.num_fields
    if not count:
        return 1
    return sum(_leaves(kind.field(place).type) for place in range(count))


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
