"""JSON Lines reader: one object per line, with columns as keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, BinaryIO

from trainlet.datasets import ReadingOptions
from trainlet.readers import names
from trainlet.readers.cells import CellChunk
from trainlet.readers.decoding import CHUNK_BYTES, DecodingError, pieces
from trainlet.readers.failure import TableError, shortened

ROWS = 5000
MAX_LINE_BYTES = 4 * 2**20


class NdjsonFile:
    """Objects of a JSON Lines file, read once from its start.

    The columns are the `keys`, by default those of the first rows; rows may lack some of them.
    """

    header, short = True, 0
    settled: ReadingOptions | None = None
    read_as = ("JSON Lines",)
    renamed: dict[str, str]

    def __init__(
        self, file: BinaryIO, options: ReadingOptions, keys: Sequence[str] | None = None
    ) -> None:
        encoding = "utf-8" if options.encoding == "auto" else options.encoding
        self._rows = _objects(file, encoding)
        self._first = _take(self._rows, ROWS)
        self._keys = list(dict.fromkeys(key for _, row in self._first for key in row))
        if keys is not None:
            self._keys = list(keys)
        self.names, self.renamed = names.unique(self._keys)

    def chunks(
        self, wanted: Sequence[int], texts: Callable[[], Collection[int]]
    ) -> Iterator[CellChunk]:
        """Yield the rows, the `wanted` columns by their positions."""
        rows = self._first
        while rows:
            keys = [(place, self._keys[place]) for place in wanted]
            columns = {place: [row.get(key) for _, row in rows] for place, key in keys}
            yield CellChunk(columns, len(rows), _place([line for line, _ in rows]))
            rows = _take(self._rows, ROWS)

    def keys(self) -> list[str]:
        """Return the keys of all rows, which consumes them. Raises TableError if there are none."""
        result = dict.fromkeys(self._keys)
        for _, row in self._rows:
            result.update(dict.fromkeys(row))
            if len(result) > names.MAX_COLUMNS:
                raise TableError(f"the rows have more than {names.MAX_COLUMNS} distinct keys")
        if not self._first:
            raise TableError("the file is empty")
        if not result:
            raise TableError("the objects have no keys")
        return list(result)


def _place(lines: list[int]) -> Callable[[int], str]:
    return lambda row: f"line {lines[row]}"


def _take(rows: Iterator[tuple[int, dict[str, Any]]], most: int) -> list[Any]:
    """Return the next rows, fewer if they are wide."""
    taken, values = [], 0
    for row in rows:
        taken.append(row)
        values += len(row[1])
        if len(taken) == most or values > 40 * most:
            break
    return taken


def _objects(file: BinaryIO, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects with their line numbers."""
    rest, line = b"", 0
    try:
        for piece in pieces(file.read(CHUNK_BYTES), file, encoding):
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise TableError(
                    f"line {line + len(whole) + 1} has more than {MAX_LINE_BYTES} bytes"
                )
            for text in whole:
                line += 1
                if text.strip():
                    yield line, _object(text, line)
    except DecodingError as error:
        raise TableError(f"line {line + 1 + error.lines}: {error}") from None


def _object(text: bytes, line: int) -> dict[str, Any]:
    try:
        row = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise TableError(f"line {line} must be a JSON object: {str(error)[:100]}") from None
    if not isinstance(row, dict):
        raise TableError(f"line {line} must be a JSON object, not {shortened(text.decode())}")
    return row


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    results = dict(pairs)
    if len(results) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {shortened(twice)} occurs twice")
    return results
