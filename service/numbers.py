"""Numbers as JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any


def numbers(metrics: Mapping[str, float]) -> dict[str, Any]:
    """Write metrics so that JSON can hold them."""
    return {name: number(value) for name, value in metrics.items()}


def series(values: Iterable[float]) -> list[Any]:
    """Write a list of numbers so that JSON can hold them."""
    return [number(value) for value in values]


def number(value: Any) -> Any:
    """Write what is not finite as `nan`, `inf` or `-inf`, which JSON has no numbers for."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
