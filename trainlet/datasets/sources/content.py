"""Samples as stored content: canonical JSON, and the table it stands for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources import rows
from trainlet.datasets.table import Table, column_names
from trainlet.errors import CorruptFileError


def write(inputs: Sequence[Any], targets: Sequence[Any]) -> bytes:
    """Write samples down: the same samples are always the same bytes."""
    document = {"inputs": inputs, "targets": targets}
    return json.dumps(document, separators=(",", ":")).encode()


def read_table(content: bytes) -> Table:
    """Read such bytes. Raises CorruptFileError if they are anything else."""
    try:
        document = json.loads(content)
        inputs, targets = document["inputs"], document["targets"]
        errors = rows.all_errors(inputs, targets)
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptFileError(f"the stored dataset cannot be read: {error}") from None
    if errors or not inputs:
        raise CorruptFileError("the rows of the stored dataset are not even or not finite")
    return table(inputs, targets)


def table(inputs: Sequence[Any], targets: Sequence[Any]) -> Table:
    """Turn samples without faults into arrays."""
    numbers = np.array(inputs, np.float64)
    return Table(column_names(numbers.shape[1]), numbers, _targets(targets))


def _targets(targets: Sequence[Any]) -> Array:
    first = targets[0]
    if isinstance(first, (list, tuple)):
        return np.array(targets, np.bool_ if isinstance(first[0], bool) else np.float64)
    # Text is kept as Python's: numpy's own would be as wide everywhere as the longest.
    dtype: Any = {str: object, bool: np.bool_}.get(type(first), np.float64)
    return np.array(targets, dtype)[:, np.newaxis]
