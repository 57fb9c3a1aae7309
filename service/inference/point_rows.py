"""Points as JSON: lists in the order of the model's columns, or objects by column name."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

from trainlet.datasets import FittedPreprocessing
from trainlet.datasets.selection import shown
from trainlet.errors import FieldError
from trainlet.suggestion import did_you_mean


class PointRows:
    """Parser of JSON points for a model; each check is linear in the number of columns."""

    def __init__(self, preprocessing: FittedPreprocessing) -> None:
        self._columns = preprocessing.typed
        self._converters = tuple(
            (index, column.convert)
            for index, column in enumerate(preprocessing.typed)
            if column.type != "number"
        )
        self._names = preprocessing.columns
        self._known = preprocessing.places
        self._fills = preprocessing.fill is not None
        self._plain = not preprocessing.forms
        self._types = {int, float} | ({NoneType} if self._fills else set())
        self._nulls = " or null" if self._fills else ""

    def numbers(self, point: Any) -> list[float | None] | None:
        """Return one number per column, null or nan if missing; None if `errors` yields some."""
        row = self._in_order(point)
        if row is None or (not self._fills and None in row):
            return None
        try:
            for index, convert in self._converters:
                row[index] = convert(row[index])
                if row[index] is None:
                    return None
        except TypeError:  # a list or an object in place of a category
            return None
        return row if self._types.issuperset(map(type, row)) else None

    def errors(self, point: Any) -> Iterator[FieldError]:
        """Yield every error of a point; paths are relative to the point."""
        if isinstance(point, dict):
            yield from self._name_errors(point)
            steps: list[str | int] = [name for name in self._names if name in point]
        elif isinstance(point, list) and len(point) == len(self._names):
            steps = list(range(len(point)))
        else:
            expected = self._expected()
            yield FieldError((), point, expected, f"must be {expected}")
            return
        for step in steps:
            column = self._columns[self._known[step] if isinstance(step, str) else step]
            value, expected = point[step], column.allowed + self._nulls
            if column.number(value) is None or (value is None and not self._fills):
                yield FieldError((step,), value, expected, f"must be {expected}")

    def _in_order(self, point: Any) -> list[Any] | None:
        if isinstance(point, list):
            return list(point) if len(point) == len(self._names) else None
        if not isinstance(point, dict) or not point:
            return None
        if len(point) == len(self._names):
            try:
                return [point[name] for name in self._names]
            except KeyError:
                return None
        if not self._fills or not point.keys() <= self._known.keys():
            return None
        return [point.get(name) for name in self._names]

    def _name_errors(self, point: dict[str, Any]) -> Iterator[FieldError]:
        if not point:
            expected = f"an object with {shown(self._names)}"
            yield FieldError((), point, expected, f"must be {expected}, not empty")
            return
        for name, value in point.items():
            if name not in self._known:
                detail = f"is unknown{did_you_mean(name, self._names)}"
                yield FieldError((name,), value, f"one of {shown(self._names)}", detail)
        if not self._fills:
            for name, column in zip(self._names, self._columns, strict=True):
                if name not in point:
                    yield FieldError((name,), None, column.allowed, "is required")

    def _expected(self) -> str:
        noun = "number" if self._plain else "value"
        expected = f"a list of {len(self._names)} {noun}{'s' * (len(self._names) != 1)}"
        return f"{expected}{', or an object' * (not self._plain)}: {shown(self._names)}"
