"""CSV reader: pandas parses whole records, block by block, with explicit options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np

from trainlet.datasets import ReadingOptions
from trainlet.datasets.columns import EXACT_INTEGERS, Type
from trainlet.readers.chunk import Array, Chunk, stripped
from trainlet.readers.decoding import CHUNK_BYTES, DecodingError, named, pieces
from trainlet.readers.dialect import DELIMITER_NAMES, SAMPLE_BYTES, dialect
from trainlet.readers.failure import TableError
from trainlet.readers.records import Records
from trainlet.readers.values import Values

BLOCK_BYTES = 4 * 2**20
FIRST_BLOCK_BYTES = 2**16
"""Size in bytes of the first block, whose types are used for the following blocks."""

MAX_RECORD_BYTES = 4 * 2**20


class CsvFile:
    """The rows of a CSV file, read once from its start."""

    def __init__(self, file: BinaryIO, options: ReadingOptions, known: Sequence[str] = ()) -> None:
        start = file.read(CHUNK_BYTES)
        self.encoding = named(start, options.encoding)
        self._pieces = pieces(start, file, self.encoding)
        self._text, self._ended, self._line = b"", False, 1
        self._fill(SAMPLE_BYTES)
        self.dialect = dialect(self._text, options, known)
        self._text = self._text[self.dialect.start :]
        self._line = self.dialect.line
        self._records = Records(self.dialect.delimiter, options.comment)
        self._parser = Parser(self.dialect.delimiter, len(self.dialect.names), options)
        self.names, self.renamed = self.dialect.names, self.dialect.renamed
        self.header = self.dialect.header
        self.settled: ReadingOptions | None = self.dialect.settled(options)
        self._size = FIRST_BLOCK_BYTES
        self._plain = False
        """Whether each row of the last block is one line."""
        self.short = 0
        """Number of rows with fewer values than there are columns."""

    @property
    def read_as(self) -> tuple[str, ...]:
        """Format of the file as text."""
        header = "header" if self.dialect.header else "no header"
        delimiter = f"delimiter {DELIMITER_NAMES[self.dialect.delimiter]}"
        return delimiter, f"{header}: {self.dialect.rule}", f"encoding {self.encoding}"

    def chunks(
        self, wanted: Sequence[int], texts: Callable[[], Collection[int]]
    ) -> Iterator[CsvChunk]:
        """Yield the rows: the `wanted` columns by position, `texts` among them as strings."""
        while block := self._block():
            text = self._records.without_comments(block)
            rows = self._rows(text, block)
            if rows:
                place = self._place(block)
                chunk = CsvChunk(text, self._parser, wanted, frozenset(texts()), place)
                if len(chunk) != rows:
                    raise TableError(f"the rows from line {self._line} have quotes inside values")
                yield chunk
            self._line += rows if self._plain else block.count(b"\n")

    def _place(self, block: bytes) -> Callable[[int], str]:
        line, records = self._line, self._records
        return lambda row: f"line {line + records.line(block, row)}"

    def _fill(self, size: int) -> None:
        """Read until there are `size` bytes of text or the file ends."""
        held = [self._text]
        have = len(self._text)
        while have < size and not self._ended:
            try:
                piece = next(self._pieces, b"")
            except DecodingError as error:
                line = self._line + sum(text.count(b"\n") for text in held) + error.lines
                raise TableError(f"line {line}: {error}") from None
            self._ended = not piece
            held.append(piece)
            have += len(piece)
        self._text = b"".join(held)

    def _block(self) -> bytes:
        """Return the next whole records."""
        self._fill(BLOCK_BYTES)
        size, self._size = self._size, BLOCK_BYTES
        end = self._records.whole(self._text, size)
        if not end and self._text:
            self._fill(MAX_RECORD_BYTES + 1)
            end = self._records.whole(self._text, len(self._text))
        if not end and self._text:
            raise TableError(
                f"line {self._line}: a quote is not closed, or the row has more than "
                f"{MAX_RECORD_BYTES} bytes"
            )
        block, self._text = self._text[:end], self._text[end:]
        return block

    def _rows(self, text: bytes, block: bytes) -> int:
        """Return the number of rows. Raises TableError for a row with too many values."""
        width = len(self.dialect.names)
        rows = self._records.regular(text, width)
        self._plain = rows is not None and text is block and b'"' not in text
        if rows is not None:
            return rows
        widths = self._records.widths(text)
        for row, result in enumerate(widths):
            if result > width:
                message = f"has {result} values, but there are {width} columns"
                hint = "; lines above a table must start with the `comment` character"
                raise TableError(f"{self._place(block)(row)} {message}{hint * (width == 1)}")
            self.short += result < width
        return len(widths)


class Parser:
    """pandas.read_csv for records of one dialect."""

    def __init__(self, delimiter: str, width: int, options: ReadingOptions) -> None:
        import pandas  # noqa: PLC0415

        self._read = pandas.read_csv
        # Without a first line of all columns pandas would reject rows that are all too short.
        self._head = delimiter.join(map(str, range(width))).encode() + b"\n"
        # With decimal and delimiter commas, values are parsed as strings.
        decimal = "\x01" if delimiter == "," else ","
        self._missing = sorted(Values(options).missing)
        self._options: dict[str, Any] = {
            "sep": r"\s+" if delimiter == " " else delimiter,
            "decimal": decimal if options.decimal == "comma" else ".",
            "names": range(width),
            "header": 0,
            "index_col": False,
            "keep_default_na": False,
            "skipinitialspace": True,
            "skip_blank_lines": True,
            "encoding": "utf-8",
            "engine": "c",
            "low_memory": False,
        }

    def frame(self, text: bytes, wanted: Sequence[int], texts: frozenset[int]) -> Any:
        """Return the `wanted` columns, `texts` as strings and the others by their values."""
        from pandas.errors import ParserError  # noqa: PLC0415

        missing = {place: self._missing for place in wanted if place not in texts}
        dtype = {place: object for place in wanted if place in texts}
        try:
            return self._read(
                BytesIO(self._head + text),
                usecols=wanted,
                na_values=missing,
                dtype=dtype,
                **self._options,
            )
        except ParserError as error:
            raise TableError(f"the rows cannot be read: {str(error)[:200]}") from None


class CsvChunk(Chunk):
    """Some rows of a CSV file."""

    def __init__(
        self,
        text: bytes,
        parser: Parser,
        wanted: Sequence[int],
        texts: frozenset[int],
        place: Callable[[int], str],
    ) -> None:
        self._text, self._parser, self._texts = text, parser, texts
        self._frame = parser.frame(text, wanted, texts)
        self.place = place

    def __len__(self) -> int:
        return len(self._frame)

    def direct(self, place: int) -> tuple[Type, Array] | None:
        """Return the numbers of a column, or None if it has other values."""
        result = self._frame[place].to_numpy()
        if result.dtype.kind not in "iuf":
            return None
        numbers = result.astype(np.float64, copy=False)
        # Integers that float64 cannot represent are parsed as strings.
        if np.fmax.reduce(numbers) >= EXACT_INTEGERS or np.fmin.reduce(numbers) <= -EXACT_INTEGERS:
            return None
        return "number", numbers

    def texts(self, place: int) -> tuple[Array, list[str]]:
        """Return the index of each row's string, and the distinct strings."""
        from pandas import factorize  # noqa: PLC0415

        codes, texts = factorize(self._column(place).to_numpy())
        return stripped(codes, texts.tolist())

    def lacking(self, place: int, missing: Collection[str]) -> Array:
        """Return which values are missing."""
        return np.asarray(self._column(place).isin(missing))

    def at(self, place: int, rows: Array) -> list[str]:
        """Return the strings in some rows."""
        if place not in self._texts and b'"' not in self._text:
            lines = self._text.split(b"\n")
            if len(lines) == len(self) + 1:
                some = b"\n".join([lines[row] for row in np.flatnonzero(rows)])
                texts = self._parser.frame(some, [place], frozenset([place]))[place]
                return [text.strip() for text in texts.tolist()]
        return [text.strip() for text in self._column(place).to_numpy()[rows].tolist()]

    def _column(self, place: int) -> Any:
        """Return the strings of a column, for which it may be parsed again."""
        frame = self._frame
        if place not in self._texts:
            frame = self._parser.frame(self._text, [place], frozenset([place]))
        return frame[place]
