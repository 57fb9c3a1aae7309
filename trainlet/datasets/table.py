"""Tables: the samples of a source, and what can be said of them before they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Label = str | bool | int | float
Task = Literal["classification", "regression"]
Read = Callable[[str], bytes]
"""The content of the stored dataset with an id. Raises NotFound."""

MOST_LABELS = 1000
"""A column of more distinct values than this is not taken for labels."""


@dataclass(frozen=True)
class Table:
    """Samples: `inputs` (rows, columns) in float64, `targets` (rows, target columns).

    Targets are float64, bool, or text as Python's strings in an array of objects.
    """

    columns: tuple[str, ...]
    inputs: Array
    targets: Array

    def take(self, rows: Array) -> Table:
        """The chosen rows, in the order given."""
        return Table(self.columns, self.inputs[rows], self.targets[rows])

    def labels(self) -> tuple[Label, ...] | None:
        """The distinct targets, sorted; None for several target columns or too many values."""
        if self.targets.shape[1] != 1:
            return None
        distinct = np.unique(self.targets)
        if len(distinct) > MOST_LABELS:
            return None
        return tuple(_plain(label) for label in distinct.tolist())


def _plain(label: Any) -> Label:
    """1.0 as the integer 1, everything else as it is."""
    return int(label) if isinstance(label, float) and label.is_integer() else cast("Label", label)


@dataclass(frozen=True)
class Description:
    """What a spec is checked against: sizes, columns and targets of a source.

    `labels` are the distinct targets, sorted, where there is one target column with at most
    1000 of them. `task` is the source's own, or classification where targets are text or
    booleans; None where it could be either. `target_range` is that of numeric targets.
    """

    rows: int
    columns: tuple[str, ...]
    target_columns: int
    labels: tuple[Label, ...] | None
    task: Task | None
    target_range: tuple[float, float] | None

    @property
    def numeric(self) -> bool:
        """Whether targets are numbers."""
        return self.target_range is not None


def column_names(count: int) -> tuple[str, ...]:
    """Name columns that come without names: x1, x2, x3."""
    return tuple(f"x{number}" for number in range(1, count + 1))


def describe(table: Table, task: Task | None = None) -> Description:
    """Describe a table; without a `task` of the source, text and booleans are classified."""
    targets = table.targets
    numeric = targets.dtype == np.float64
    return Description(
        rows=len(table.inputs),
        columns=table.columns,
        target_columns=targets.shape[1],
        labels=table.labels(),
        task=task or (None if numeric else "classification"),
        target_range=(float(targets.min()), float(targets.max())) if numeric else None,
    )
