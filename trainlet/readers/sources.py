"""Row sources of table files by media type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, Protocol

from trainlet.datasets import ReadingOptions
from trainlet.readers.chunk import Chunk
from trainlet.readers.csv_file import CsvFile
from trainlet.readers.excel_file import ExcelFile
from trainlet.readers.ndjson_file import NdjsonFile

CSV, TSV = "text/csv", "text/tab-separated-values"
NDJSON = "application/x-ndjson"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = (CSV, TSV, NDJSON, EXCEL)


def applicable(options: ReadingOptions, media_type: str) -> ReadingOptions:
    """Return the options without those that a media type does not use.

    Cells of Excel, JSON Lines and Parquet are typed, and numbers in strings have a point.
    """
    if media_type in (CSV, TSV):
        return options
    return replace(options, decimal="point", thousands="none")


class Source(Protocol):
    """Rows of a table, read once from its start."""

    names: tuple[str, ...]
    header: bool
    renamed: dict[str, str]
    short: int
    """Number of rows so far with fewer values than there are columns."""
    settled: ReadingOptions | None
    """Options with the detected dialect, for CSV."""

    @property
    def read_as(self) -> tuple[str, ...]:
        """Format of the file as text."""

    def chunks(
        self, wanted: Sequence[int], texts: Callable[[], Collection[int]]
    ) -> Iterator[Chunk]:
        """Yield the rows: the `wanted` columns by position, `texts` among them as strings."""


def opened(
    file: BinaryIO, media_type: str, options: ReadingOptions, known: Sequence[str] = ()
) -> Source:
    """Return the rows of a file; a first line with one of the `known` names is a header."""
    if media_type == NDJSON:
        return NdjsonFile(file, options)
    if media_type == EXCEL:
        return ExcelFile(file, options, known)
    if media_type == TSV and options.delimiter == "auto":
        options = replace(options, delimiter="tab")
    return CsvFile(file, options, known)
