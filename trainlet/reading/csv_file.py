"""CSV files: lines of values, as they come from spreadsheets and programs (RFC 4180).

A block of lines that holds nothing but numbers is read by a parser of JSON, which is the fastest
there is; any other block by Python's own reader of CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from trainlet.datasets import Profile, ReadingOptions
from trainlet.datasets.reading_options import DELIMITERS
from trainlet.datasets.table import column_names
from trainlet.reading import lines, names
from trainlet.reading.codes import sorted_codes
from trainlet.reading.csv_column import MISSING, CsvColumn, Widened
from trainlet.reading.failure import Failed
from trainlet.reading.statistics import Statistics, shown

Array = NDArray[Any]
Write = Callable[[Array], None]

ROWS = 5000
MOST_RESTARTS = 20
FIRST = 5
MOST_EMPTY = 1000
BOM = b"\xef\xbb\xbf"
WORDS: dict[str, Any] = {sign: word for word, sign in DELIMITERS.items()}


class CsvFile:
    """A CSV file that is read from its start, perhaps more than once."""

    def __init__(self, path: Path, form: ReadingOptions, tick: Callable[[], None]) -> None:
        self._path = path
        self._tick = tick
        self._comma = form.decimal == "comma"
        with self._open() as file:
            self._delimiter = _delimiter(
                lines.decoded(file.readline(lines.LONGEST_LINE)), form, self._comma
            )
        with self._open() as file:
            start, taken = file.tell(), lines.Taken(file)
            first = next(self._records(iter(taken)), None)
            behind_first = start + taken.bytes
        if first is None:
            raise Failed("the file is empty")
        width = len(first)
        if width > names.MOST_COLUMNS:
            raise Failed(
                f"the first line has {width} values; there may be {names.MOST_COLUMNS} columns"
            )
        self.header = (
            _is_header(first, self._comma) if form.header == "auto" else (form.header == "true")
        )
        self.names = names.checked(first) if self.header else column_names(width)
        self._behind_header = behind_first if self.header else 0
        self._columns = [CsvColumn(name, self._comma) for name in self.names]

    def read(self, start: Callable[[], Write]) -> tuple[Profile, list[Array | None]]:
        """Read all of it, writing blocks (rows, columns) by what `start` gives.

        Answers the profile, and for each column the order of its categories' codes.
        """
        for _ in range(MOST_RESTARTS):
            try:
                return self._read(start())
            except Widened:
                for column in self._columns:
                    column.restart()
        raise Failed("the columns hold numbers here and texts there, too often to be read")

    def _read(self, write: Write) -> tuple[Profile, list[Array | None]]:
        statistics = Statistics(self.names)
        first: list[Array] = []
        for block in self._blocks():
            statistics.add(block)
            write(block)
            if not first:
                first.append(block[:FIRST].copy())
            self._tick()
        if not statistics.rows:
            raise Failed(
                "the file has a header but no rows" if self.header else "the file is empty"
            )
        columns = tuple(column.column() for column in self._columns)
        orders = [
            csv_column.order() if column.type == "category" else None
            for csv_column, column in zip(self._columns, columns, strict=True)
        ]
        profile = Profile(
            rows=statistics.rows,
            details=statistics.details(columns),
            first=shown(sorted_codes(first[0], orders), columns),
            read_as=self._told(),
            form=self._form(),
        )
        return profile, orders

    def _told(self) -> tuple[str, ...]:
        return f"delimiter {self._form().delimiter}", "header" if self.header else "no header"

    def _form(self) -> ReadingOptions:
        """How the file is written, as it was found out."""
        return ReadingOptions(
            delimiter=WORDS[self._delimiter],
            header="true" if self.header else "false",
            decimal="comma" if self._comma else "point",
        )

    def _blocks(self) -> Iterator[Array]:
        row = 1
        for found in self._pieces():
            numbers = self._numbers(found) if isinstance(found, bytes) else None
            if numbers is None:
                rows = self._rows(found, row)
                if not rows:
                    continue
                columns = zip(self._columns, zip(*rows, strict=True), strict=True)
                numbers = np.stack([column.add(texts, row) for column, texts in columns], axis=1)
            if not len(numbers):
                continue  # of blank lines there is nothing
            row += len(numbers)
            yield numbers

    def _pieces(self) -> Iterator[bytes | list[list[str]]]:
        """Blocks of whole lines; from the first quote on, rows."""
        with self._open() as file:
            file.seek(max(self._behind_header, file.tell()))
            while True:
                start = file.tell()
                block = lines.whole_lines(file)
                if b'"' in block:
                    file.seek(start)
                    rows = self._records(lines.lines_of(file))
                    while taken := list(islice(rows, ROWS)):
                        yield taken
                    return
                if not block:
                    return
                yield block

    def _numbers(self, block: bytes) -> Array | None:
        """The numbers of a block that holds nothing else, or None."""
        if any(column.type not in (None, "number") for column in self._columns) or self._comma:
            return None
        block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
        block = block if block.endswith(b"\n") else block + b"\n"
        sign = self._delimiter.encode()
        if block.translate(None, b"0123456789.-+eE \n" + sign):
            return None
        width = len(self._columns)
        signs = np.frombuffer(block, np.uint8)
        ends = signs[(signs == ord(sign)) | (signs == ord(b"\n"))] == ord(b"\n")
        if len(ends) % width or not (ends.reshape(-1, width).sum(axis=1) == 1).all():
            return None
        if not ends.reshape(-1, width)[:, -1].all():
            return None
        try:
            text = block[:-1].replace(sign, b",") if sign != b"," else block[:-1]
            read = orjson.loads(b"[" + text.replace(b"\n", b",") + b"]")
            values = np.fromiter(read, np.float64, len(read))  # several times as fast as np.array
        except (orjson.JSONDecodeError, OverflowError):
            return None
        for column in self._columns:
            column.type = "number"
        return values.reshape(-1, width)

    def _rows(self, found: bytes | list[list[str]], row: int) -> list[list[str]]:
        if isinstance(found, bytes):
            found = list(self._records(iter(StringIO(lines.decoded(found), newline=""))))
        width = len(self._columns)
        for place, values in enumerate(found):
            if len(values) != width:
                raise Failed(
                    f"row {row + place} has {len(values)} values, but there are {width} columns"
                )
        return found

    def _records(self, texts: Iterator[str]) -> Iterator[list[str]]:
        """The rows in lines, without empty ones, their values without space around them."""
        reader = csv.reader(texts, delimiter=self._delimiter, strict=True)
        try:
            for values in reader:
                if values:
                    yield list(map(str.strip, values))
        except csv.Error as error:
            raise Failed(f"the file is not CSV: line {reader.line_num}: {error}") from None

    def _open(self) -> BinaryIO:
        """The file, at the start of its first line that is not empty."""
        file = self._path.open("rb")
        file.seek(len(BOM) if file.read(len(BOM)) == BOM else 0)
        for _ in range(MOST_EMPTY):
            start = file.tell()
            line = file.readline(lines.LONGEST_LINE)
            if not line or line.strip():
                file.seek(start)
                return file
        file.close()
        raise Failed(f"the file begins with more than {MOST_EMPTY} empty lines")


def _delimiter(line: str, form: ReadingOptions, comma: bool) -> str:
    if form.delimiter != "auto":
        return DELIMITERS[form.delimiter]
    signs = [sign for sign in DELIMITERS.values() if not (comma and sign == ",")]
    return max(signs, key=line.count)


def _is_header(values: list[str], comma: bool) -> bool:
    probe = CsvColumn("", comma)
    return not any(value in MISSING or probe.is_number(value) for value in values)
