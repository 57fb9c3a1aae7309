"""Column types and their encoding as numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import count
from math import isfinite, nan
from typing import Annotated, Any, Literal

from trainlet.config import Configuration

Type = Literal["number", "category", "boolean", "date", "text"]
Label = str | bool | int | float
Task = Literal["classification", "multilabel", "regression"]

SECONDS_PER_DAY = 86_400

EXACT_INTEGERS = 2**53
"""Bound below which float64 represents every integer exactly."""


@dataclass(frozen=True)
class Column(Configuration):
    """A column's name and type.

    In memory all values are float64: a category is its index in the sorted `categories`, false
    and true are 0 and 1, a date is days since 1970, a missing value is nan. A `text` column has
    too many distinct strings and cannot be used.
    """

    name: Annotated[str, "Name of the column."]
    type: Annotated[Type, "Type of the values."] = "number"
    categories: Annotated[tuple[str, ...] | None, "Sorted categories; null for other types."] = None

    @property
    def allowed(self) -> str:
        """Allowed values, as text for errors."""
        if self.type == "category":
            known = self.categories or ()
            shown = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
            return f"one of {shown}"
        nouns = {"boolean": "a boolean", "date": "a date such as 2024-05-31"}
        return nouns.get(self.type, "a number")

    def number(self, value: Any) -> float | None:
        """Return the number of a JSON value, nan for null, or None if it is not allowed."""
        try:
            return self.convert(value)
        except TypeError:  # a list or an object is not hashable
            return None

    @cached_property
    def convert(self) -> Callable[[Any], float | None]:
        """Function used by `number`; it raises TypeError for a list or an object."""
        if self.type == "category":
            return _category(self.categories or ())
        return {"boolean": _boolean, "date": _date}.get(self.type, _finite)


def _category(categories: Iterable[str]) -> Callable[[Any], float | None]:
    """Return the function from a string, number, boolean or null to its code."""
    codes = {text: float(code) for code, text in enumerate(categories)}

    def convert(value: Any) -> float | None:
        if value is None:
            return nan
        return codes.get(value if isinstance(value, str) else number_text(value))

    return convert


def number_text(value: Any) -> str:
    """Return a number or boolean as the string of its category.

    Raises TypeError for any other value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a category")


def _boolean(value: Any) -> float | None:
    if value is None:
        return nan
    return float(value) if isinstance(value, bool) else None


def _date(value: Any) -> float | None:
    if value is None:
        return nan
    return days(value) if isinstance(value, str) else None


def encoded_names(columns: Iterable[Column]) -> tuple[str, ...]:
    """Return the names of the encoded columns: each column's own, or `color=red` per category.

    No two are equal: where a category's name is that of a column or of an earlier category, it
    gets a number, as in `color=red_2`.
    """
    columns = list(columns)
    used = {column.name for column in columns if column.type != "category"}
    names: list[str] = []
    for column in columns:
        if column.type != "category":
            names.append(column.name)
        for category in column.categories or () if column.type == "category" else ():
            name = _unused(f"{column.name}={category}", used)
            used.add(name)
            names.append(name)
    return tuple(names)


def _unused(name: str, used: set[str]) -> str:
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in used else next(one for one in numbered if one not in used)


def _finite(value: Any) -> float | None:
    if value is None:
        return nan
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


@lru_cache(4096)  # a date occurs in many rows
def days(text: str) -> float | None:
    """Return the days since 1970 in UTC of an ISO 8601 date or time, or None if it is invalid."""
    if not text[:4].isdecimal() or text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() / SECONDS_PER_DAY


@dataclass(frozen=True)
class Detail:
    """Statistics of a column of stored data.

    `missing` counts the rows without a value. `labels` are the sorted distinct values, if there
    are at most 1000. Statistics are None for columns without numbers; `std` is the population's.
    `reason` explains the type of the column. `markers` counts each string read as missing.
    """

    column: Column
    missing: int = 0
    labels: tuple[Label, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    reason: str = ""
    markers: dict[str, int] = field(default_factory=dict)
