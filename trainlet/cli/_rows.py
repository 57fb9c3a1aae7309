"""Rows of a CSV file as points for a model, with the lines that they are from."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any

from trainlet.cli._failure import WrongFile
from trainlet.cli._input import read_text

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Rows:
    """Points, each a list in the order of the model's columns, and each one's line in the text."""

    name: str
    points: list[list[Any]]
    lines: list[int]

    def place(self, path: tuple[str | int, ...]) -> str:
        """Where in the text a fault of a request is."""
        if len(path) > 1 and path[0] == "points" and isinstance(path[1], int):
            return f"{self.name}:{self.lines[path[1]]}"
        return self.name


def read(file: IO[bytes], columns: Sequence[str]) -> Rows:
    """The points in a CSV file for a model with these columns.

    Raises WrongFile for what is no table of the model's columns.
    """
    name, text = read_text(file)
    rows = _rows(name, text)
    if not rows:
        raise WrongFile(f"{name} is empty; the model wants {', '.join(columns)}")
    order: list[int] | None = None
    if _is_header(rows[0][1], columns):
        order, rows = _order(name, rows[0][1], columns), rows[1:]
        if not rows:
            raise WrongFile(f"{name} has a header and no points")
    points = [_point(name, row, order, columns) for row in rows]
    return Rows(name, points, [line for line, _ in rows])


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


def _order(name: str, header: list[str], columns: Sequence[str]) -> list[int]:
    cells = [cell.strip() for cell in header]
    missing = [column for column in columns if column not in cells]
    if missing:
        raise WrongFile(
            f"{name} lacks {', '.join(missing)}; the model wants {', '.join(columns)}, "
            f"and the file has {', '.join(cells)}"
        )
    return [cells.index(column) for column in columns]


def _point(name: str, row: Row, order: list[int] | None, columns: Sequence[str]) -> list[Any]:
    line, cells = row
    wanted = len(columns) if order is None else max(order) + 1
    if len(cells) < wanted or (order is None and len(cells) > wanted):
        has = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        wants = f"{len(columns)}: {', '.join(columns)}"
        raise WrongFile(f"{name}:{line} has {has}; the model wants {wants}")
    chosen = cells if order is None else [cells[index] for index in order]
    return [_value(cell.strip()) for cell in chosen]


def _value(cell: str) -> float | str | None:
    """A number where one is written, nothing where nothing is, otherwise the text."""
    if not cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return cell
