"""Conversion of a table file into a matrix of numbers and a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

import numpy as np

from trainlet.datasets import Column, Profile, ReadingOptions
from trainlet.readers.chunk import Array, Chunk
from trainlet.readers.codes import sorted_codes
from trainlet.readers.column_reader import ColumnReader
from trainlet.readers.failure import TableError
from trainlet.readers.ndjson_file import NdjsonFile
from trainlet.readers.sources import NDJSON, Source, opened
from trainlet.readers.statistics import Statistics, shown
from trainlet.readers.values import Values

Write = Callable[[Array], None]
FIRST = 5


class TableReader:
    """A table in a file, which is read again while the type of a column changes."""

    def __init__(
        self, path: Path, media_type: str, options: ReadingOptions, tick: Callable[[], None]
    ) -> None:
        self._path, self._media_type, self._options = path, media_type, options
        self._tick = tick
        self._keys: list[str] | None = None
        with path.open("rb") as file:
            if media_type == NDJSON:
                self._keys = NdjsonFile(file, options).keys()
                file.seek(0)
            source = self._opened(file)
        self.places, self.columns = chosen(source.names, options)

    def _opened(self, file: BinaryIO) -> Source:
        if self._media_type == NDJSON:
            return NdjsonFile(file, self._options, self._keys)
        return opened(file, self._media_type, self._options)

    def read(self, start: Callable[[], Write]) -> tuple[Profile, list[Array | None]]:
        """Read all rows and write blocks (rows, columns) with the function that `start` returns.

        Return the profile, and the order of category codes per column.
        """
        while True:
            with self._path.open("rb") as file:
                source = self._opened(file)
                statistics, first = self._pass(source, start())
            if not any(column.stale for column in self.columns):
                orders = [column.order() for column in self.columns]
                return self._profile(source, statistics, sorted_codes(first, orders)), orders
            for column in self.columns:
                column.restart()

    def _pass(self, source: Source, write: Write) -> tuple[Statistics, Array]:
        """Read all rows once; return their statistics and the first rows."""
        statistics = Statistics(len(self.columns))
        first: list[Array] = []
        for chunk in ahead(source.chunks(self.places, self._texts)):
            numbers = [
                column.add(chunk, place)
                for place, column in zip(self.places, self.columns, strict=True)
            ]
            # Contiguous columns are several times faster to count and sum.
            block = np.array(numbers).T
            statistics.add(block, chunk.place)
            write(block)
            first = first or [block[:FIRST].copy()]
            self._tick()
        if not statistics.rows:
            raise TableError(
                "the file has a header but no rows" if source.header else "the file has no rows"
            )
        return statistics, first[0]

    def _profile(self, source: Source, statistics: Statistics, first: Array) -> Profile:
        columns = tuple(column.column() for column in self.columns)
        details = statistics.details(columns, self.columns)
        usable = tuple(detail.column for detail in details)
        return Profile(
            rows=statistics.rows,
            details=details,
            first=shown(first, usable),
            read_as=source.read_as,
            form=source.settled,
            renamed=source.renamed,
            warnings=self._warnings(source, usable),
        )

    def _texts(self) -> set[int]:
        named = zip(self.places, self.columns, strict=True)
        return {place for place, column in named if column.as_text}

    def _warnings(self, source: Source, usable: tuple[Column, ...]) -> tuple[str, ...]:
        short = f"{source.short} rows have fewer values than columns; the others are missing"
        warnings = [short] if source.short else []
        readers = zip(self.columns, usable, strict=True)
        results = [
            reader.warning for reader, column in readers if column.type != "text" or reader.infinite
        ]
        return (*warnings, *filter(None, results))


def chosen(names: Sequence[str], options: ReadingOptions) -> tuple[list[int], list[ColumnReader]]:
    """Return positions and readers of the columns that are not ignored.

    Raises TableError for an option with an unknown column, and if all columns are ignored.
    """
    for name in options.columns:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
            raise TableError(
                f"the options name the column {name}, but the file has {message}{hint}"
            )
    values = Values(options)
    declared = [options.columns.get(name) for name in names]
    places = [place for place, kind in enumerate(declared) if kind != "ignore"]
    if not places:
        raise TableError("the options ignore every column")
    return places, [ColumnReader(names[place], declared[place], values) for place in places]


def ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Yield chunks while a thread reads the next one; pandas releases the GIL as it parses."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk
