"""Selection of input and target columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trainlet.datasets.columns import Column, Detail, Task
from trainlet.datasets.mapped_table import Array, MappedTable
from trainlet.datasets.table import Description, Table
from trainlet.errors import FieldError

MAX_SHOWN = 20


@dataclass(frozen=True)
class Selection:
    """Names of input and target columns; None uses those of the source."""

    columns: tuple[str, ...] | None
    target: tuple[str, ...] | None

    def inputs(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the input columns."""
        if self.columns is not None:
            return self.columns
        return tuple(name for name in columns if name not in (self.target or ()))

    def errors(self, description: Description) -> Iterator[FieldError]:
        """Yield the errors of the selection for the described data."""
        own = description.target_columns > 0
        expected = f"one of {shown(description.columns)}"
        if self.target is None and not own:
            detail = f"is required, because the data define no target: must be {expected}"
            yield FieldError(("target",), None, expected, detail)
        if self.target is not None and own:
            detail = "must be null, because the data define their targets"
            yield FieldError(("target",), list(self.target), "null", detail)
        known = frozenset(description.columns)
        for field in ("columns", "target"):
            named: set[str] = set()
            for index, name in enumerate(getattr(self, field) or ()):
                if name not in known or name in named:
                    twice = (
                        f"must not name {name} twice" if name in named else f"must be {expected}"
                    )
                    yield FieldError((field, index), name, expected, twice)
                if field == "columns" and name in (self.target or ()):
                    other = "a column that is not a target"
                    yield FieldError((field, index), name, other, f"must be {other}")
                named.add(name)
        if not self.inputs(description.columns):
            yield FieldError(
                ("columns",), [], "at least one column", "must leave at least one column"
            )
        yield from self._unusable(description.details)

    def _unusable(self, details: tuple[Detail, ...]) -> Iterator[FieldError]:
        known = {detail.column.name: detail for detail in details}
        chosen = self.inputs(tuple(known))
        expected = "columns of numbers, dates, booleans or at most 1000 distinct strings"
        for name in (*chosen, *(self.target or ())):
            if name in known and known[name].column.type == "text":
                field = "columns" if name in chosen else "target"
                reason = known[name].reason or "it contains more than 1000 distinct strings"
                detail = f"must not include {name}, because {reason}"
                yield FieldError((field,), name, expected, detail)
        targets = [known[name] for name in self.target or () if name in known]
        for target in targets:
            name = target.column.name
            if len(targets) > 1 and target.column.type == "category":
                expected = "columns of numbers or booleans if there are several"
                yield FieldError(
                    ("target",), name, expected, f"must be {expected}, but {name} contains strings"
                )

    def still_targets(self, whole: Description) -> Iterator[FieldError]:
        """Yield the errors of constant targets, from which a network cannot learn."""
        for detail in whole.details:
            name, value = detail.column.name, detail.minimum
            if name in (self.target or ()) and value is not None and value == detail.maximum:
                message = f"must vary, but {name} is {value:g} in every row"
                yield FieldError(("target",), name, "a column that varies", message)

    def description(self, whole: Description) -> Description:
        """Return the description of the selected columns of a valid selection."""
        columns = self.inputs(whole.columns)
        known = {detail.column.name: detail for detail in whole.details}
        details = tuple(known[name] for name in columns) if known else ()
        chosen = replace(whole, columns=columns, details=details)
        if whole.sizes is not None:
            sizes = dict(zip(whole.columns, whole.sizes, strict=True))
            chosen = replace(chosen, sizes=tuple(sizes[name] for name in columns))
        if self.target is None:
            return chosen
        targets = [known[name] for name in self.target]
        first = targets[0].column
        text, boolean = first.type == "category", first.type == "boolean"
        several = len(targets) > 1
        ends = [(detail.minimum or 0.0, detail.maximum or 0.0) for detail in targets]
        return replace(
            chosen,
            target_columns=len(targets),
            labels=None if several else _labels(targets[0]),
            task=_task([detail.column for detail in targets]),
            not_binary=_not_binary(targets) if several else None,
            target_range=None
            if not several and (text or boolean)
            else (min(low for low, _ in ends), max(high for _, high in ends)),
        )

    def missing(self, whole: Description) -> dict[str, int]:
        """Return the number of missing values of each selected column that has some."""
        names = {*self.inputs(whole.columns), *(self.target or ())}
        return {
            detail.column.name: detail.missing
            for detail in whole.details
            if detail.missing and detail.column.name in names
        }

    def table(self, whole: Table, drop: bool) -> Table:
        """Return the selected columns; with `drop` without the rows that lack a value."""
        columns = self.inputs(whole.columns)
        if columns == whole.columns and self.target is None:
            return whole
        places = {name: place for place, name in enumerate(whole.columns)}
        forms = whole.forms or tuple(Column(name) for name in whole.columns)
        chosen = [places[name] for name in columns]
        inputs: Array | MappedTable
        inputs = (
            whole.inputs.of_columns(chosen)
            if isinstance(whole.inputs, MappedTable)
            else whole.inputs[:, chosen]
        )
        targets = whole.targets
        if self.target is not None:
            wanted = [places[name] for name in self.target]
            targets = _numbers(whole.inputs, wanted)
        table = Table(columns, inputs, targets, tuple(forms[place] for place in chosen))
        if drop:
            table = table.take(np.flatnonzero(_complete(table)))
        if isinstance(table.inputs, MappedTable) and not table.inputs.large:
            table = replace(table, inputs=table.inputs.all())
        if self.target is not None and len(self.target) == 1:
            form = forms[places[self.target[0]]]
            table = replace(table, targets=_values(table.targets, form))
        return table


def shown(names: tuple[str, ...]) -> str:
    """Return the first names as text."""
    return ", ".join(names[:MAX_SHOWN]) + (", …" if len(names) > MAX_SHOWN else "")


def _task(targets: list[Column]) -> Task | None:
    """Return the task that follows from the types of the target columns."""
    kinds = {column.type for column in targets}
    if len(targets) > 1:
        return "multilabel" if kinds == {"boolean"} else None
    return "classification" if kinds & {"category", "boolean"} else None


def _not_binary(targets: list[Detail]) -> tuple[tuple[str | int, ...], Any] | None:
    """Return the first column with values other than 0 and 1, as a path and such a value."""
    for index, detail in enumerate(targets):
        values = ("more than 1000 distinct values",) if detail.labels is None else detail.labels
        wrong = [value for value in values if value not in (0, 1)]
        if wrong:
            return ("preprocessing", "target", index), wrong[0]
    return None


def _labels(detail: Detail) -> tuple[Any, ...] | None:
    if detail.column.type == "category":
        return detail.column.categories
    return detail.labels


def _numbers(inputs: Array | MappedTable, places: list[int]) -> Array:
    if not isinstance(inputs, MappedTable):
        return np.asarray(inputs[:, places])
    chosen = inputs.of_columns(places)
    return np.concatenate(list(chosen.blocks())) if len(chosen) else np.empty(chosen.shape)


def _complete(table: Table) -> Array:
    """Return which rows have no missing value."""
    blocks = table.inputs.blocks() if isinstance(table.inputs, MappedTable) else [table.inputs]
    whole = np.concatenate([~np.isnan(block).any(axis=1) for block in blocks])
    return np.asarray(whole & ~np.isnan(table.targets).any(axis=1))


def _values(numbers: Array, form: Column) -> Array:
    """Return the values of the numbers of a target column."""
    if form.type == "category":
        # The additional last entry is for missing values.
        known = np.array([*(form.categories or ()), None], object)
        return np.asarray(known[np.where(np.isnan(numbers), -1, numbers).astype(np.intp)])
    return numbers.astype(bool) if form.type == "boolean" else numbers
