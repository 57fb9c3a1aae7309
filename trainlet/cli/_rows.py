"""Rows of a CSV file as points for a model, with their targets if asked, and their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any

from trainlet.cli._failure import Wrong, WrongFile
from trainlet.cli._input import read_text
from trainlet.errors import Invalid

Row = tuple[int, list[str]]

BOOLEANS = {"true": True, "false": False}
"""As the service reads them in files."""


@dataclass(frozen=True)
class Rows:
    """Points, each a list in the order of the model's columns, and each one's line in the text.

    `targets` has a value for each, or a list of them where there are several target columns.
    """

    name: str
    points: list[list[Any]]
    lines: list[int]
    targets: list[Any]

    def _place(self, path: tuple[str | int, ...]) -> str:
        if len(path) > 1 and path[0] in ("points", "targets") and isinstance(path[1], int):
            return f"{self.name}:{self.lines[path[1]]}"
        return self.name

    @contextmanager
    def faults_placed(self) -> Iterator[None]:
        """What the service finds wrong is raised with its line in the text."""
        try:
            yield
        except Invalid as error:
            found = [(self._place(fault.path), fault) for fault in error.faults]
            raise Wrong(self.name, found) from None


def read(file: IO[bytes], columns: Sequence[str], targets: Sequence[str] | None = None) -> Rows:
    """The points in a CSV file for a model with these columns, and their targets if asked for.

    Where there is a header, targets are the columns of these names, or if none is named all but
    the model's; without one they stand behind the model's.

    Raises WrongFile for what is no table of these columns.
    """
    name, text = read_text(file)
    rows = _rows(name, text)
    if not rows:
        raise WrongFile(f"{name} is empty; the model wants {', '.join(columns)}")
    if _is_header(rows[0][1], columns):
        layout = _named(name, rows[0][1], columns, targets)
        rows = rows[1:]
        if not rows:
            raise WrongFile(f"{name} has a header and no points")
    else:
        layout = _counted(len(columns), len(rows[0][1]), targets)
    values = [_values(name, row, layout, columns) for row in rows]
    points = [[row[index] for index in layout.columns] for row in values]
    found = [[row[index] for index in layout.targets] for row in values]
    wanted = [row[0] if len(row) == 1 else row for row in found]
    return Rows(name, points, [line for line, _ in rows], wanted)


@dataclass(frozen=True)
class _Layout:
    """Where in a row columns and targets stand, and whether there may be more than those."""

    columns: list[int]
    targets: list[int]
    more: bool

    @property
    def width(self) -> int:
        return max(*self.columns, *self.targets, -1) + 1


def _rows(name: str, text: str) -> list[Row]:
    reader = csv.reader(StringIO(text, newline=""))
    try:
        return [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise WrongFile(f"{name}:{reader.line_num} is not CSV: {error}") from None


def _is_header(first: list[str], columns: Sequence[str]) -> bool:
    """A header names a column of the model, or at least holds no number."""
    cells = {cell.strip() for cell in first}
    return bool(cells & set(columns)) or all(isinstance(_value(cell), str) for cell in cells)


def _named(
    name: str, header: list[str], columns: Sequence[str], targets: Sequence[str] | None
) -> _Layout:
    cells = [cell.strip() for cell in header]
    wanted = [*columns, *(targets or ())]
    missing = [column for column in wanted if column not in cells]
    if missing:
        raise WrongFile(
            f"{name} lacks {', '.join(missing)}; the model wants {', '.join(columns)}, "
            f"and the file has {', '.join(cells)}"
        )
    if targets is not None and not targets:
        targets = [cell for cell in cells if cell not in columns]
        if not targets:
            raise WrongFile(f"{name} has no column for the targets beside {', '.join(columns)}")
    order = [cells.index(column) for column in columns]
    return _Layout(order, [cells.index(target) for target in targets or ()], more=True)


def _counted(columns: int, width: int, targets: Sequence[str] | None) -> _Layout:
    behind = range(columns, columns if targets is None else max(width, columns + 1))
    return _Layout(list(range(columns)), list(behind), more=False)


def _values(
    name: str, row: Row, layout: _Layout, columns: Sequence[str]
) -> list[float | bool | str | None]:
    line, cells = row
    if len(cells) < layout.width or (len(cells) > layout.width and not layout.more):
        has = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        wants = f"{len(columns)}: {', '.join(columns)}" + " and the target" * bool(layout.targets)
        raise WrongFile(f"{name}:{line} has {has}; the model wants {wants}")
    return [_value(cell.strip()) for cell in cells]


def _value(cell: str) -> float | bool | str | None:
    """A number or a boolean where one is written, nothing where nothing is, otherwise the text."""
    if not cell:
        return None
    if cell in BOOLEANS:
        return BOOLEANS[cell]
    try:
        return float(cell)
    except ValueError:
        return cell
