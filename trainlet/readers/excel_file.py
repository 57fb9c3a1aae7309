"""Excel reader for one sheet, with calamine, which runs no macros."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from io import BytesIO
from typing import IO, Any, BinaryIO

from trainlet.datasets import ReadingOptions
from trainlet.datasets.table import column_names
from trainlet.readers import names
from trainlet.readers.cells import CellChunk
from trainlet.readers.dialect import decided
from trainlet.readers.failure import TableError
from trainlet.readers.values import Values, text_of

ROWS = 5000
LINES = 51
CHUNK_BYTES = 2**20
MAX_UNPACKED_BYTES = 512 * 2**20
MAX_CELLS = 20_000_000
CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})([0-9]{1,20})["']""")
ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, zlib.error)


class ExcelFile:
    """Rows of one sheet, after leading empty rows, read once."""

    short = 0
    settled: ReadingOptions | None = None

    def __init__(self, file: BinaryIO, options: ReadingOptions, known: Sequence[str] = ()) -> None:
        if find_spec("python_calamine") is None:
            raise TableError(
                "the package python-calamine is missing: pip install 'trainlet[excel]'"
            )
        content = file.read(MAX_UNPACKED_BYTES + 1)
        check(BytesIO(content))
        self._sheet, rows = _cells(content, options.sheet)
        begin = next((at for at, row in enumerate(rows) if any(_given(cell) for cell in row)), None)
        if begin is None:
            raise TableError(f"the sheet {self._sheet} is empty")
        rows = rows[begin:]
        lines = [[text_of(cell).strip() for cell in row] for row in rows[:LINES]]
        self.header, self._rule = decided(lines, options, Values(options), known)
        named = lines[0] if self.header else column_names(len(lines[0]))
        self.names, self.renamed = names.unique(named)
        self._begin = begin + 1 + self.header
        self._rows = rows[self.header :]

    @property
    def read_as(self) -> tuple[str, ...]:
        """Format of the file as text."""
        return f"sheet {self._sheet}", f"{'header' if self.header else 'no header'}: {self._rule}"

    def chunks(
        self, wanted: Sequence[int], texts: Callable[[], Collection[int]]
    ) -> Iterator[CellChunk]:
        """Yield the rows that are not empty, the `wanted` columns by their positions."""
        numbered = enumerate(self._rows, self._begin)
        given = [(number, row) for number, row in numbered if any(map(_given, row))]
        for start in range(0, len(given), ROWS):
            rows = given[start : start + ROWS]
            columns = {
                place: [row[place] if _given(row[place]) else None for _, row in rows]
                for place in wanted
            }
            yield CellChunk(columns, len(rows), _place([number for number, _ in rows]))


def _place(numbers: list[int]) -> Callable[[int], str]:
    return lambda row: f"row {numbers[row]}"


def _given(cell: Any) -> bool:
    return cell is not None and cell == cell and cell != ""  # noqa: PLR0124


def _cells(content: bytes, sheet: str | None) -> tuple[str, list[list[Any]]]:
    """Return the name of the sheet and its cells."""
    import pandas  # noqa: PLC0415

    with _read_well(), closing(pandas.ExcelFile(BytesIO(content), engine="calamine")) as book:
        results = [str(name) for name in book.sheet_names]
        name = results[0] if sheet is None and results else sheet
        if name in results:
            frame = pandas.read_excel(book, name, header=None, dtype=object, na_filter=False)
            return name, frame.to_numpy().tolist()
    raise TableError(f"there is no sheet {name}; the file has {', '.join(results[:10])}")


@contextmanager
def _read_well() -> Iterator[None]:
    """Convert the errors of calamine for invalid files to TableError."""
    try:
        yield
    except BaseException as error:
        # A panic in calamine is not an Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            reason = str(error)[:200]
            raise TableError(f"the file is not an Excel file (.xlsx): {reason}") from None
        raise


def check(file: IO[bytes]) -> None:
    """Raise TableError for an archive that is not a workbook or is too large when unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise TableError("the file is not an Excel file (.xlsx): it has no xl/workbook.xml")
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise TableError(f"the file unpacks to more than {MAX_UNPACKED_BYTES} bytes")
            for entry in archive.infolist():
                # The sizes in an archive are only reliable if it can be read to its end.
                with archive.open(entry) as part:
                    _check_part(part, "worksheets/" in entry.filename)
    except (*ERRORS, OSError, ValueError, EOFError) as error:
        raise TableError(f"the file is not an Excel file (.xlsx): {str(error)[:200]}") from None


def _check_part(part: IO[bytes], sheet: bool) -> None:
    """Read a part to its end; raise TableError if the cells of a sheet span too large an area."""
    last_row = last_column = 0
    rest = b""
    while piece := part.read(CHUNK_BYTES):
        for letters, digits in CELL.findall(rest + piece) if sheet else ():
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column(letters))
        rest = piece[-64:]
    if last_row * last_column > MAX_CELLS:
        raise TableError(
            f"a sheet spans {last_row} × {last_column} cells; the maximum is {MAX_CELLS}"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number
