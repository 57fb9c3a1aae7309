"""Header rule: whether the first line of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from trainlet.readers.values import Values

Cells = Sequence[str]
YEARS = range(1800, 2200)
ANY_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*(?:[eE][+-]?\d+)?", re.ASCII)
"""Numbers of all locales: names of columns are none of them."""


def is_header(lines: Sequence[Cells], values: Values) -> tuple[bool, str]:
    """Return whether the first of some lines is a header, and the reason in words."""
    first, below = lines[0], lines[1:]
    columns = [[line[place] for line in below if place < len(line)] for place in range(len(first))]
    named = len(first) > 1 and "" not in first[1:]
    if named and not first[0] and columns[0] and names_index(columns[0], values):
        return True, "the first column has no name and numbers or names its rows"
    given = [cell for cell in first if cell not in values.missing]
    if all(_is_number(cell, values) for cell in given):
        return False, "the first line holds numbers alone"
    numeric = [_numeric(column, values) for column in columns]
    for cell, only_numbers in zip(first, numeric, strict=True):
        unnamed = not cell or cell not in values.missing
        if only_numbers and unnamed and not _is_number(cell, values):
            return True, "a text of the first line is above numbers"
    for cell, column in zip(first, columns, strict=True):
        if cell not in values.missing and not _is_number(cell, values) and cell in column:
            return False, f"{cell[:40]} of the first line occurs below it"
    if any(
        _dated([cell], values) and _dated(below, values)
        for cell, below in zip(first, columns, strict=True)
    ):
        return False, "the first line holds a date above dates"
    numbers = [
        cell
        for cell, only_numbers in zip(first, numeric, strict=True)
        if only_numbers and _is_number(cell, values)
    ]
    if numbers and not _could_name(numbers):
        return False, "the first line holds numbers above numbers"
    return True, "the first line holds texts that do not occur below it"


def _is_number(cell: str, values: Values) -> bool:
    return values.number(cell) is not None or ANY_NUMBER.fullmatch(cell) is not None


def _is_integer(cell: str) -> bool:
    """Whether a cell is an integer of few digits, which is quickly converted."""
    return cell.isdecimal() and len(cell) < 20


def _dated(cells: Cells, values: Values) -> bool:
    """Whether cells are dates, as far as they are given."""
    given = [cell for cell in cells if cell not in values.missing]
    return values.infer(given) == "date"


def _numeric(column: Cells, values: Values) -> bool:
    """Whether a column holds numbers and nothing else."""
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
    """Whether numbers are like names: years, or whole numbers in even steps."""
    if not all(map(_is_integer, numbers)):
        return False
    results = [int(text) for text in numbers]
    if all(number in YEARS for number in results):
        return True
    steps = {after - before for before, after in pairwise(results)}
    return len(steps) == 1 and (steps == {1} or (len(results) > 2 and min(steps) > 0))
