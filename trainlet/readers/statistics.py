"""Streaming statistics of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column, Detail
from trainlet.datasets.columns import EXACT_INTEGERS
from trainlet.datasets.moments import Moments
from trainlet.datasets.table import MAX_LABELS
from trainlet.readers.column_reader import ColumnReader
from trainlet.readers.failure import TableError

Array = NDArray[Any]


class Statistics:
    """Counts, moments and distinct values of the columns of a matrix."""

    def __init__(self, width: int) -> None:
        self._moments: Moments | None = None
        self._missing = np.zeros(width, np.int64)
        self._distinct: dict[int, Array] = {place: np.empty(0) for place in range(width)}
        """Sorted distinct values of columns with few of them so far."""
        self._infinite: dict[int, str] = {}
        self.rounded: set[int] = set()
        """Positions of columns with integers that float64 rounds."""
        self.rows = 0

    def add(self, block: Array, place: Callable[[int], str] | None = None) -> None:
        """Add a block (rows, columns); `place` returns a row's location as text."""
        numbers = block.astype(np.float64, copy=False)
        self.rounded |= rounded(block)
        if not np.isfinite(numbers).all():
            numbers = self._finite(numbers, place)
        self.rows += len(block)
        with np.errstate(over="ignore", invalid="ignore"):
            if self._moments is None:
                self._moments = Moments.of([numbers])
            else:
                self._moments.add(numbers)
        self._see(numbers)

    def _finite(self, numbers: Array, place: Callable[[int], str] | None) -> Array:
        """Return the numbers with nan for infinite ones; record those and count missing values."""
        infinite = np.isinf(numbers)
        for column in np.flatnonzero(infinite.any(axis=0)).tolist():
            if column not in self._infinite:
                row = int(infinite[:, column].argmax())
                where = f"row {self.rows + row + 1}" if place is None else place(row)
                self._infinite[column] = where
        self._missing += np.isnan(numbers).sum(axis=0)
        return np.where(infinite, np.nan, numbers)

    def _see(self, block: Array) -> None:
        """Record the distinct values of columns with few of them so far."""
        places = list(self._distinct)
        if not places:
            return
        ordered = np.ascontiguousarray(block[:, places].T)
        ordered.sort(axis=1)
        new = np.ones(ordered.shape, bool)
        new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        new &= ~np.isnan(ordered)
        many = new.sum(axis=1) > MAX_LABELS
        for place, column, first, too_many in zip(places, ordered, new, many, strict=True):
            result, known = column[first], self._distinct[place]
            if not too_many and not np.array_equal(result, known):
                known = self._distinct[place] = np.union1d(known, result)
            if too_many or len(known) > MAX_LABELS:
                del self._distinct[place]

    def details(
        self, columns: tuple[Column, ...], readers: Sequence[ColumnReader] = ()
    ) -> tuple[Detail, ...]:
        """Return the details of the columns so far, including those of their readers.

        Raises TableError for an infinite number in a column that is declared as numbers.
        """
        details = [self._detail(place, column) for place, column in enumerate(columns)]
        for place in self._infinite.keys() & set(range(len(readers))):
            readers[place].infinite = where = self._infinite[place]
            if readers[place].declared == "number":
                message = f"{where}, column {columns[place].name}: must be a finite number"
                raise TableError(message)
        for place, reader in enumerate(readers):
            detail = details[place]
            details[place] = replace(
                detail,
                labels=None if reader.rounds else detail.labels,
                reason=detail.reason or reader.reason,
                markers=dict((+reader.markers).most_common()),
            )
        return tuple(details)

    def warnings(self, columns: tuple[Column, ...]) -> tuple[str, ...]:
        """Return a warning for each column with integers that float64 rounds."""
        names = [columns[place].name for place in sorted(self.rounded)]
        return tuple(
            f"column {name} contains integers beyond 2⁵³, which are rounded" for name in names
        )

    def _detail(self, place: int, column: Column) -> Detail:
        missing = int(self._missing[place])
        if place in self._infinite:
            reason = f"{self._infinite[place]} contains an infinite number"
            return Detail(Column(column.name, "text"), missing, reason=reason)
        if column.type == "text":
            return Detail(column, missing)
        if column.type == "category":
            return Detail(column, missing, column.categories)
        distinct = self._distinct.get(place)
        labels = None if distinct is None else _labels(distinct, column)
        labels = None if place in self.rounded else labels
        if self._moments is None or missing == self.rows:
            return Detail(column, missing, labels)
        moments = self._moments
        numbers = (moments.minimum, moments.maximum, moments.mean, moments.std)
        messages = [float(values[place]) for values in numbers]
        if messages[0] == messages[1]:
            messages[3] = 0.0
        known = [number if np.isfinite(number) else None for number in messages]
        return Detail(column, missing, labels, known[0], known[1], known[2], known[3])


def rounded(block: Array) -> set[int]:
    """Return the positions of columns with integers that float64 rounds."""
    if block.dtype.kind not in "iu" or block.itemsize < 8:
        return set()
    numbers = block.astype(np.float64)
    with np.errstate(invalid="ignore"):
        inexact = (np.abs(numbers) >= EXACT_INTEGERS) & (numbers.astype(block.dtype) != block)
    return set(np.flatnonzero(inexact.any(axis=0)).tolist())


def _labels(distinct: Array, column: Column) -> tuple[Any, ...]:
    """Return distinct values in the units of the data, with integral numbers as integers."""
    if column.type == "boolean":
        return tuple(distinct.astype(bool).tolist())
    if (
        len(distinct)
        and (abs(distinct) < EXACT_INTEGERS).all()
        and (distinct == np.floor(distinct)).all()
    ):
        return tuple(distinct.astype(np.int64).tolist())
    return tuple(
        int(value) if value.is_integer() and abs(value) < EXACT_INTEGERS else value
        for value in distinct.tolist()
    )


def shown(rows: Array, columns: tuple[Column, ...]) -> tuple[Any, ...]:
    """Return rows of numbers as values of the data."""
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
