"""Samples of a source and their description."""

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
"""Maximum number of distinct values of a column of labels."""

Inputs = Any
"""An array or a MappedTable; a union would require checks in code for small data only."""


@dataclass(frozen=True)
class Table:
    """Samples: `inputs` (rows, columns) in float64, `targets` (rows, target columns).

    Targets are float64, bool, or Python strings in an array of objects. `forms` are the types of
    the columns; without them all are numbers. Inputs too large for memory are a MappedTable.
    """

    columns: tuple[str, ...]
    inputs: Inputs
    targets: Array
    forms: tuple[Column, ...] = ()

    def take(self, rows: Array) -> Table:
        """Return the selected rows, in the given order."""
        mapped = isinstance(self.inputs, MappedTable)
        inputs = self.inputs.of_rows(rows) if mapped else self.inputs[rows]
        return replace(self, inputs=inputs, targets=self.targets[rows])

    def labels(self) -> tuple[Label, ...] | None:
        """Return the sorted distinct targets; None for several columns or too many values."""
        if self.targets.shape[1] != 1:
            return None
        distinct = np.unique(self.targets)
        if len(distinct) > MAX_LABELS:
            return None
        return tuple(plain_label(label) for label in distinct.tolist())


def plain_label(label: Any) -> Label:
    """Return 1.0 as the integer 1, and everything else as it is.

    From 2**53, float64 does not represent every integer. Such a label stays a float, because an
    integer would show digits that are lost.
    """
    whole = isinstance(label, float) and label.is_integer() and abs(label) < EXACT_INTEGERS
    return int(label) if whole else cast("Label", label)


@dataclass(frozen=True)
class Description:
    """Sizes, columns and targets of a source, for the checks of a spec.

    `labels` are the sorted distinct targets of a single target column with at most 1000 of them.
    `task` is the source's, or classification if targets are strings or booleans; None if it is
    ambiguous. `target_range` is that of numeric targets. `details` are statistics of the columns.
    `mapped` means that samples stay in a file. `fewest` is the count of the rarest label, if known.
    `file` is the training file, if there is one. `not_binary` is the path and value of a target
    other than 0 and 1, with several target columns. `refused` is the error of the first row of
    targets that the task or loss rejects, with a path from `targets`.

    `sizes` are the maximum absolute values of the input columns, if known. `overflows` are the
    errors of preprocessed data beyond the network's dtype, with paths from the dataset.

    A source without defined targets has none; preprocessing selects them.
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
        """Names of the encoded columns, which features use."""
        if not self.details:
            return self.columns
        return encoded_names(detail.column for detail in self.details)


Read = Callable[[str], bytes | tuple[Table, Description]]
"""Function from a dataset id to its content, or to its table and description.

Raises NotFoundError, or ConflictError while the table is not ready.
"""


def column_names(count: int) -> tuple[str, ...]:
    """Return default names of columns: x1, x2, x3."""
    return tuple(f"x{number}" for number in range(1, count + 1))


def described(description: Description, table: Table) -> Description:
    """Return the description updated for a table of selected rows."""
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
    """Describe a table; by default strings and booleans mean classification.

    Several columns of booleans mean multilabel.
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
    """Return the path and value of the first target other than 0 and 1, or None."""
    wrong = (targets != 0) & (targets != 1)
    if not wrong.any():
        return None
    row, column = divmod(int(wrong.argmax()), targets.shape[1])
    return ("source", "targets", row, column), targets[row, column].item()
