"""Validation of inline rows and targets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

import numpy as np

from trainlet.errors import FieldError

MAX_ERRORS = 100
MAX_TEXT = 200

NUMBER = {"type": "number"}
BOOLEAN = {"type": "boolean"}
ROW = {"type": "array", "items": NUMBER, "minItems": 1}
FLAGS = {"type": "array", "items": BOOLEAN, "minItems": 1}

Sort = Literal["row", "number", "boolean", "text"]
EXPECTED: dict[Sort, str] = {
    "row": "a row of numbers",
    "number": "a finite number",
    "boolean": "a boolean",
    "text": f"a string of at most {MAX_TEXT} characters",
}


@dataclass(frozen=True)
class RowsBound:
    """Schema of rows of numbers; `all_errors` returns the locations of errors."""

    def error(self, value: Any) -> None:
        """Return None, because an error of the whole list would hide the locations."""

    def describe(self, noun: str) -> str:
        return f"{noun}, each a row of finite numbers, all rows of one length"

    def schema(self) -> dict[str, Any]:
        return {"items": ROW}


@dataclass(frozen=True)
class TargetsBound(RowsBound):
    """Schema of targets of one type."""

    def describe(self, noun: str) -> str:
        return f"{noun}, all numbers, all strings, all booleans or all rows of numbers or booleans"

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "maxLength": MAX_TEXT}
        return {"items": {"anyOf": [NUMBER, text, BOOLEAN, ROW, FLAGS]}}


def all_errors(inputs: Sequence[Any], targets: Sequence[Any]) -> list[FieldError]:
    """Return the first 100 errors of samples; paths start with `inputs` or `targets`."""
    result = chain(
        (error.under("inputs") for error in row_errors(inputs)),
        (error.under("targets") for error in _target_errors(targets)),
        _length_errors(inputs, targets),
    )
    return list(islice(result, MAX_ERRORS))


def _length_errors(inputs: Sequence[Any], targets: Sequence[Any]) -> Iterator[FieldError]:
    if len(inputs) != len(targets):
        expected = f"{len(inputs)} targets, one per row of inputs"
        yield FieldError(
            ("targets",), len(targets), expected, f"must contain {expected}, not {len(targets)}"
        )


def row_errors(rows: Sequence[Any], sort: Sort = "number") -> Iterator[FieldError]:
    """Yield the errors of rows; paths start with the index of the row."""
    if _are_rows(rows):
        return
    width = next((len(row) for row in rows if isinstance(row, (list, tuple)) and row), 1)
    item = "boolean" if sort == "boolean" else "finite number"
    expected = f"a row of {width} {item}{'s' * (width != 1)}"
    for index, row in enumerate(rows):
        if not isinstance(row, (list, tuple)):
            yield FieldError((index,), row, expected, f"must be {expected}")
        elif len(row) != width:
            yield FieldError((index,), row, expected, f"must be {expected}, not of {len(row)}")
        else:
            yield from (error.under(index) for error in _item_errors(row, sort))


def _target_errors(targets: Sequence[Any]) -> Iterator[FieldError]:
    sort: Sort = next((sort for sort in map(_sort, targets) if sort), "number")
    if sort == "row":
        first = next(item for item in targets if isinstance(item, (list, tuple)))
        boolean = bool(first) and isinstance(first[0], bool)
        yield from row_errors(targets, "boolean" if boolean else "number")
    elif not _are_numbers(targets):
        yield from _item_errors(targets, sort)


def _item_errors(values: Sequence[Any], sort: Sort) -> Iterator[FieldError]:
    expected = EXPECTED[sort]
    for index, value in enumerate(values):
        if _sort(value) != sort or not _is_bounded(value):
            yield FieldError((index,), value, expected, f"must be {expected}")


def _sort(value: Any) -> Sort | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "row" if isinstance(value, (list, tuple)) else None


def _is_bounded(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _are_rows(rows: Sequence[Any]) -> bool:
    """Return whether all rows are valid, without a check of single items."""
    return (
        set(map(type, rows)) <= {list, tuple}
        and len(set(map(len, rows))) == 1
        and len(rows[0]) > 0
        and _are_numbers(list(chain.from_iterable(rows)))
    )


def _are_numbers(values: Sequence[Any]) -> bool:
    if not set(map(type, values)) <= {int, float}:
        return False
    try:
        return bool(np.isfinite(np.array(values, np.float64)).all())
    except OverflowError:
        return False
