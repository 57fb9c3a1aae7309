"""Smallest usable numbers of a dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from trainlet.config import Configuration, Range, bounds, fields
from trainlet.errors import FieldError


def settled(dtype: Any) -> float:
    """Return the size below which averages are set to 0, see `updates.settle`."""
    return float(np.finfo(dtype).tiny) * 2.0**40


def precision_errors(configuration: Configuration, dtype: str) -> Iterator[FieldError]:
    """Yield an error for each positive number that is 0 or subnormal in `dtype`.

    It checks the fields with an exclusive minimum of 0, including nested configurations.
    """
    least = float(np.finfo(dtype).smallest_normal)
    expected = f"at least {least:.6g}, the smallest normal {dtype}"
    for field in fields(type(configuration)):
        value = getattr(configuration, field.name)
        for path, nested in _nested(value):
            yield from (error.under(field.name, *path) for error in precision_errors(nested, dtype))
        positive = any(
            isinstance(bound, Range) and bound.above == 0 for bound in bounds(field.annotation)
        )
        if positive and isinstance(value, float) and value < least:
            yield FieldError((field.name,), value, expected, f"must be {expected}")


def _nested(value: Any) -> Iterator[tuple[tuple[int, ...], Configuration]]:
    if isinstance(value, Configuration):
        yield (), value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if isinstance(item, Configuration):
                yield (index,), item
