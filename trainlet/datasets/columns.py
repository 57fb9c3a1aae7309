"""Columns: what a column of data holds, as numbers in memory and as values to its users."""

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
"""Whole numbers nearer to 0 are float64 numbers of their own."""


@dataclass(frozen=True)
class Column(Configuration):
    """A column by name and type.

    In memory all are float64: a category is its place among the sorted `categories`, false and
    true are 0 and 1, a date is in days since 1970, what is missing is nan. `text` is what cannot
    be used: too many different texts.
    """

    name: Annotated[str, "Its name."]
    type: Annotated[Type, "What it holds."] = "number"
    categories: Annotated[tuple[str, ...] | None, "The texts of a category, sorted."] = None

    @property
    def allowed(self) -> str:
        """What a value of it may be, in words."""
        if self.type == "category":
            known = self.categories or ()
            shown = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
            return f"one of {shown}"
        nouns = {"boolean": "true or false", "date": "a date such as 2024-05-31"}
        return nouns.get(self.type, "a number")

    def number(self, value: Any) -> float | None:
        """The number that a JSON value stands for, nan for null, or None if it is not allowed."""
        try:
            return self.convert(value)
        except TypeError:  # a list or an object, which no table of categories can look up
            return None

    @cached_property
    def convert(self) -> Callable[[Any], float | None]:
        """The function behind `number`; it raises TypeError for a list or an object."""
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
    """Return a number or boolean as the text that is its category.

    Raises TypeError for any other value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no category")


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
    """Days since 1970 in UTC of a date or time in ISO 8601, or None if `text` is none."""
    if not text[:4].isdecimal() or text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() / SECONDS_PER_DAY


@dataclass(frozen=True)
class Detail:
    """What is known of a column of stored data.

    `missing` counts the rows that lack a value; `labels` are its distinct values, sorted, if there
    are at most 1000; numbers are None where a column has none, the deviation is the population's.
    `reason` says why the column has its type, `markers` how often each text was read as missing.
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
