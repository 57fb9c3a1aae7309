"""Canonical JSON form of inline samples."""

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
    """Return samples as canonical JSON: equal samples give equal bytes."""
    document = {"inputs": inputs, "targets": targets}
    return json.dumps(document, separators=(",", ":")).encode()


def read_table(content: bytes) -> Table:
    """Return the table of canonical JSON. Raises CorruptFileError if it is invalid."""
    try:
        document = json.loads(content)
        inputs, targets = document["inputs"], document["targets"]
        errors = rows.all_errors(inputs, targets)
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptFileError(f"the stored dataset cannot be read: {error}") from None
    if errors or not inputs:
        raise CorruptFileError("the rows of the stored dataset differ in length or are not finite")
    return table(inputs, targets)


def table(inputs: Sequence[Any], targets: Sequence[Any]) -> Table:
    """Return the table of valid samples."""
    numbers = np.array(inputs, np.float64)
    return Table(column_names(numbers.shape[1]), numbers, _targets(targets))


def _targets(targets: Sequence[Any]) -> Array:
    first = targets[0]
    if isinstance(first, (list, tuple)):
        return np.array(targets, np.bool_ if isinstance(first[0], bool) else np.float64)
    # Python strings, because NumPy's strings are all as wide as the longest one.
    dtype: Any = {str: object, bool: np.bool_}.get(type(first), np.float64)
    return np.array(targets, dtype)[:, np.newaxis]
