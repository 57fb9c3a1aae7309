"""Tables: the samples of a source, and what can be said of them before they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from trainlet.datasets.columns import (
    EXACT_INTEGERS,
    Column,
    Detail,
    Label,
    Task,
    encoded_names,
)
from trainlet.datasets.mapped_table import Array, MappedTable
from trainlet.datasets.training_file import TrainingFile
from trainlet.errors import FieldError

MAX_LABELS = 1000
"""A column of more distinct values than this is not taken for labels."""

Inputs = Any
"""An array, or Mapped: a union would make everyone ask who only meets small data."""


@dataclass(frozen=True)
class Table:
    """Samples: `inputs` (rows, columns) in float64, `targets` (rows, target columns).

    Targets are float64, bool, or text as Python's strings in an array of objects. `forms` say
    what the columns hold; without them all hold numbers. Inputs too large for memory are Mapped.
    """

    columns: tuple[str, ...]
    inputs: Inputs
    targets: Array
    forms: tuple[Column, ...] = ()

    def take(self, rows: Array) -> Table:
        """The chosen rows, in the order given."""
        mapped = isinstance(self.inputs, MappedTable)
        inputs = self.inputs.of_rows(rows) if mapped else self.inputs[rows]
        return replace(self, inputs=inputs, targets=self.targets[rows])

    def labels(self) -> tuple[Label, ...] | None:
        """The distinct targets, sorted; None for several target columns or too many values."""
        if self.targets.shape[1] != 1:
            return None
        distinct = np.unique(self.targets)
        if len(distinct) > MAX_LABELS:
            return None
        return tuple(plain_label(label) for label in distinct.tolist())


def plain_label(label: Any) -> Label:
    """Return 1.0 as the integer 1, and everything else as it is.

    From 2**53 on, float64 no longer holds every whole number: there a label stays a number, since
    an integer would promise digits that are lost.
    """
    whole = isinstance(label, float) and label.is_integer() and abs(label) < EXACT_INTEGERS
    return int(label) if whole else cast("Label", label)


@dataclass(frozen=True)
class Description:
    """What a spec is checked against: sizes, columns and targets of a source.

    `labels` are the distinct targets, sorted, where there is one target column with at most
    1000 of them. `task` is the source's own, or classification where targets are text or
    booleans; None where it could be either. `target_range` is that of numeric targets. `details`
    tell of each column where there is more to say than that it holds numbers; `mapped`, whether
    the samples stay in a file; `fewest`, how often the rarest label occurs, if that was counted;
    `file`, the file that they were read from, if there is one; `not_binary`, where
    several target columns hold something other than 0 and 1, and that value; `refused`, the error
    of the first row of targets that task or loss cannot learn, from `targets` on.

    `sizes` are the largest absolute values of the input columns, if the inputs were looked at;
    `overflows` are the errors of preprocessed data beyond the network's dtype, from the dataset on.

    A source that does not know which columns are targets has none: a preprocessing chooses them.
    """

    rows: int
    columns: tuple[str, ...]
    target_columns: int
    labels: tuple[Label, ...] | None
    task: Task | None
    target_range: tuple[float, float] | None
    details: tuple[Detail, ...] = ()
    mapped: bool = False
    fewest: int | None = None
    file: TrainingFile | None = None
    sizes: tuple[float, ...] | None = None
    not_binary: tuple[tuple[str | int, ...], Any] | None = None
    refused: FieldError | None = None
    overflows: tuple[FieldError, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether targets are numbers."""
        return self.target_range is not None

    @property
    def encoded(self) -> tuple[str, ...]:
        """The columns once categories are encoded, what features are made of."""
        if not self.details:
            return self.columns
        return encoded_names(detail.column for detail in self.details)


Read = Callable[[str], bytes | tuple[Table, Description]]
"""The stored dataset with an id: its content, or its table and what is known of that.

Raises NotFoundError, or ConflictError while the table is not ready.
"""


def column_names(count: int) -> tuple[str, ...]:
    """Name columns that come without names: x1, x2, x3."""
    return tuple(f"x{number}" for number in range(1, count + 1))


def described(description: Description, table: Table) -> Description:
    """What a table whose rows were chosen changes of its description."""
    if table.targets.shape[1] > 1:
        return replace(description, rows=len(table.inputs))
    _, counts = np.unique(table.targets, return_counts=True)
    labels = None if description.labels is None else table.labels()
    return replace(description, rows=len(table.inputs), fewest=int(counts.min()), labels=labels)


def _sizes(inputs: Inputs) -> tuple[float, ...] | None:
    if isinstance(inputs, MappedTable):
        return None
    return tuple(np.abs(inputs).max(axis=0, initial=0.0).tolist())


def describe(table: Table, task: Task | None = None) -> Description:
    """Describe a table; without a `task` of the source, text and booleans are classified.

    Several columns of booleans are multilabel.
    """
    targets = table.targets
    several = targets.shape[1] > 1
    numeric = targets.dtype == np.float64
    by_targets: Task | None = None
    if not numeric:
        by_targets = "multilabel" if several else "classification"
    return Description(
        rows=len(table.inputs),
        columns=table.columns,
        sizes=_sizes(table.inputs),
        target_columns=targets.shape[1],
        labels=table.labels(),
        task=task or by_targets,
        target_range=(float(targets.min()), float(targets.max())) if numeric or several else None,
        not_binary=_not_binary(targets) if several else None,
    )


def _not_binary(targets: Array) -> tuple[tuple[str | int, ...], Any] | None:
    """The first target other than 0 and 1, with its path from the source's side."""
    wrong = (targets != 0) & (targets != 1)
    if not wrong.any():
        return None
    row, column = divmod(int(wrong.argmax()), targets.shape[1])
    return ("source", "targets", row, column), targets[row, column].item()
