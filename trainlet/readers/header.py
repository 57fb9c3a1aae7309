"""Header detection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from trainlet.readers.values import Values

Cells = Sequence[str]
YEARS = range(1800, 2200)
ANY_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*(?:[eE][+-]?\d+)?", re.ASCII)
"""Numbers in any locale, which are never column names."""


def is_header(lines: Sequence[Cells], values: Values) -> tuple[bool, str]:
    """Return whether the first of some lines is a header, and the reason."""
    first, below = lines[0], lines[1:]
    columns = [[line[place] for line in below if place < len(line)] for place in range(len(first))]
    named = len(first) > 1 and "" not in first[1:]
    if named and not first[0] and columns[0] and names_index(columns[0], values):
        return True, "the first column has no name and numbers or names its rows"
    given = [cell for cell in first if cell not in values.missing]
    if all(_is_number(cell, values) for cell in given):
        return False, "the first line contains only numbers"
    numeric = [_numeric(column, values) for column in columns]
    for cell, only_numbers in zip(first, numeric, strict=True):
        unnamed = not cell or cell not in values.missing
        if only_numbers and unnamed and not _is_number(cell, values):
            return True, "a string of the first line is above numbers"
    for cell, column in zip(first, columns, strict=True):
        if cell not in values.missing and not _is_number(cell, values) and cell in column:
            return False, f"{cell[:40]} of the first line occurs below it"
    if any(
        _dated([cell], values) and _dated(below, values)
        for cell, below in zip(first, columns, strict=True)
    ):
        return False, "the first line contains a date above dates"
    numbers = [
        cell
        for cell, only_numbers in zip(first, numeric, strict=True)
        if only_numbers and _is_number(cell, values)
    ]
    if numbers and not _could_name(numbers):
        return False, "the first line contains numbers above numbers"
    return True, "the first line contains strings that do not occur below it"


def _is_number(cell: str, values: Values) -> bool:
    return values.number(cell) is not None or ANY_NUMBER.fullmatch(cell) is not None


def _is_integer(cell: str) -> bool:
    """Return whether a cell is an integer of few digits, a cheap check."""
    return cell.isdecimal() and len(cell) < 20


def _dated(cells: Cells, values: Values) -> bool:
    """Return whether all cells with values are dates."""
    given = [cell for cell in cells if cell not in values.missing]
    return values.infer(given) == "date"


def _numeric(column: Cells, values: Values) -> bool:
    """Return whether a column contains only numbers."""
    given = [cell for cell in column if cell not in values.missing]
    return bool(given) and all(_is_number(cell, values) for cell in given)


def names_index(column: Cells, values: Values) -> bool:
    """Return whether a column numbers or names rows, as the index of pandas and R does."""
    if all(map(_is_integer, column)):
        begin = int(column[0])
        return begin in (0, 1) and all(int(cell) == row for row, cell in enumerate(column, begin))
    plain = all(cell not in values.missing and not _is_number(cell, values) for cell in column)
    return plain and len(set(column)) == len(column)


def _could_name(numbers: Cells) -> bool:
    """Return whether numbers can be column names: years, or integers in equal steps."""
    if not all(map(_is_integer, numbers)):
        return False
    results = [int(text) for text in numbers]
    if all(number in YEARS for number in results):
        return True
    steps = {after - before for before, after in pairwise(results)}
    return len(steps) == 1 and (steps == {1} or (len(results) > 2 and min(steps) > 0))
