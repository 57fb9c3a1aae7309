"""Sources: the rows of a table file by its media type, read once from its start."""

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
    """Return the options without those that a kind of file does not have.

    Cells of Excel, JSON Lines and Parquet are numbers already: as text they have a point.
    """
    if media_type in (CSV, TSV):
        return options
    return replace(options, decimal="point", thousands="none")


class Source(Protocol):
    """The rows of a table, read once from its start."""

    names: tuple[str, ...]
    header: bool
    renamed: dict[str, str]
    short: int
    """Rows so far that have fewer values than there are columns."""
    settled: ReadingOptions | None
    """The options with what was found out, for CSV."""

    @property
    def read_as(self) -> tuple[str, ...]:
        """How the file is written, in words."""

    def chunks(
        self, wanted: Sequence[int], texts: Callable[[], Collection[int]]
    ) -> Iterator[Chunk]:
        """Yield the rows: the `wanted` columns by position, `texts` among them as texts."""


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
