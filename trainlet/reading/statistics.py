"""Statistics: what is to be said of columns of numbers, from one block of rows after another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column, Detail
from trainlet.datasets.moments import Moments
from trainlet.datasets.table import MOST_LABELS
from trainlet.reading.failure import Failed

Array = NDArray[Any]


class Statistics:
    """Counts, moments and distinct values of the columns of a matrix."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._moments: Moments | None = None
        self._missing = np.zeros(len(names), np.int64)
        self._distinct: dict[int, Array] = {place: np.empty(0) for place in range(len(names))}
        """The distinct values of columns that have had few so far, sorted."""
        self.rows = 0

    def add(self, block: Array) -> None:
        """Take a block (rows, columns) in. Raises Failed for a number that is infinite."""
        infinite = np.isinf(block)
        if infinite.any():
            row, place = np.argwhere(infinite)[0]
            raise Failed(
                f"row {self.rows + row + 1}, column {self._names[place]}: a number is infinite"
            )
        block = block.astype(np.float64, copy=False)
        self.rows += len(block)
        self._missing += np.isnan(block).sum(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):
            if self._moments is None:
                self._moments = Moments.of([block])
            else:
                self._moments.add(block)
        self._see(block)

    def _see(self, block: Array) -> None:
        """Note the distinct values of columns that have had few so far."""
        places = list(self._distinct)
        if not places:
            return
        ordered = np.ascontiguousarray(block[:, places].T)
        ordered.sort(axis=1)
        new = np.ones(ordered.shape, bool)
        new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        new &= ~np.isnan(ordered)
        many = new.sum(axis=1) > MOST_LABELS
        for place, column, first, too_many in zip(places, ordered, new, many, strict=True):
            found, known = column[first], self._distinct[place]
            if not too_many and not np.array_equal(found, known):
                known = self._distinct[place] = np.union1d(known, found)
            if too_many or len(known) > MOST_LABELS:
                del self._distinct[place]

    def details(self, columns: tuple[Column, ...]) -> tuple[Detail, ...]:
        """What is known of the columns now."""
        return tuple(self._detail(place, column) for place, column in enumerate(columns))

    def _detail(self, place: int, column: Column) -> Detail:
        missing = int(self._missing[place])
        if column.type == "text":
            return Detail(column, missing)
        labels = None
        if column.type == "category":
            return Detail(column, missing, column.categories)
        distinct = self._distinct.get(place)
        if distinct is not None:
            labels = _labels(distinct, column)
        if self._moments is None or missing == self.rows:
            return Detail(column, missing, labels)
        moments = self._moments
        numbers = (moments.minimum, moments.maximum, moments.mean, moments.deviation)
        told = [float(values[place]) for values in numbers]
        return Detail(
            column, missing, labels, *(number if np.isfinite(number) else None for number in told)
        )


def _labels(distinct: Array, column: Column) -> tuple[Any, ...]:
    """Distinct values as users know them; whole numbers are integers."""
    if column.type == "boolean":
        return tuple(distinct.astype(bool).tolist())
    if len(distinct) and (abs(distinct) < 2**53).all() and (distinct == np.floor(distinct)).all():
        return tuple(distinct.astype(np.int64).tolist())
    return tuple(int(value) if value.is_integer() else value for value in distinct.tolist())


def shown(rows: Array, columns: tuple[Column, ...]) -> tuple[Any, ...]:
    """Rows of numbers as the values they stand for."""
    return tuple(
        tuple(_shown(value, column) for value, column in zip(row, columns, strict=True))
        for row in rows.tolist()
    )


def _shown(value: float, column: Column) -> Any:
    if value != value or column.type == "text":  # noqa: PLR0124
        return None
    if column.type == "category":
        return (column.categories or ())[int(value)]
    return bool(value) if column.type == "boolean" else value
