"""Synthetic samples that match a description."""

from __future__ import annotations

from typing import Any

import numpy as np

from trainlet.datasets.mapped_table import LARGE_BYTES, Array, MappedTable
from trainlet.datasets.table import Description, Table


def stand_in(description: Description, rows: int, *, one_hot: bool = False) -> Table:
    """Draw `rows` samples with the columns, types and targets of a description.

    With `one_hot`, rows of several targets have a single 1, which every loss and task allows. For
    a mapped file the samples are mapped too.
    """
    chance = np.random.default_rng(0)
    inputs = chance.normal(size=(rows, len(description.columns)))
    for place, detail in enumerate(description.details):
        kinds = {"boolean": 2, "category": len(detail.column.categories or ())}
        if detail.column.type in kinds:
            inputs[:, place] = chance.integers(0, kinds[detail.column.type], rows)
    forms = tuple(detail.column for detail in description.details)
    whole = MappedTable(inputs) if stays_in_file(description) else inputs
    if one_hot and description.target_columns > 1:
        width = description.target_columns
        targets = np.eye(width)[chance.integers(0, width, rows)]
    else:
        targets = _targets(description, rows, chance)
    return Table(description.columns, whole, targets, forms)


def stays_in_file(description: Description) -> bool:
    """Return whether the samples are loaded one block at a time."""
    return description.mapped and 8 * description.rows * len(description.columns) > LARGE_BYTES


def _targets(description: Description, rows: int, chance: np.random.Generator) -> Array:
    width, labels = description.target_columns, description.labels
    if width > 1 or labels is None:
        low, high = description.target_range or (0.0, 1.0)
        if (low, high) == (0.0, 1.0) and description.not_binary is None:
            return chance.integers(0, 2, (rows, width)).astype(np.float64)
        return chance.uniform(max(low, -1e6), min(high, 1e6), (rows, width))
    dtype: Any = {str: object, bool: np.bool_}.get(type(labels[0]), np.float64)
    return np.array(labels, dtype)[np.arange(rows) % len(labels), np.newaxis]
