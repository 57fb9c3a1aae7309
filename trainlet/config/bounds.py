"""Bounds of values: range, pattern, length, names and nested numbers."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Bound(Protocol):
    """A condition on a value beyond its type."""

    def error(self, value: Any) -> str | None:
        """Return what is allowed as text, or None if `value` is."""

    def describe(self, noun: str) -> str:
        """Return the bound as text after the noun of the type, such as 'an integer from 1 to 9'."""

    def schema(self) -> dict[str, Any]:
        """Return the bound as JSON Schema keywords (2020-12)."""


@dataclass(frozen=True)
class Range:
    """A number from `min` to `max`, both inclusive; `above` and `below` are exclusive."""

    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None

    def error(self, value: float) -> str | None:
        allowed = (
            (self.min is None or value >= self.min)
            and (self.max is None or value <= self.max)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )
        return None if allowed else self.describe("a number")

    def describe(self, noun: str) -> str:
        if self.min is not None and self.max is not None:
            return f"{noun} from {self.min} to {self.max}"
        limits = {
            "at least": self.min,
            "above": self.above,
            "below": self.below,
            "at most": self.max,
        }
        return f"{noun} " + " and ".join(
            f"{word} {limit}" for word, limit in limits.items() if limit is not None
        )

    def schema(self) -> dict[str, Any]:
        keywords = {
            "minimum": self.min,
            "maximum": self.max,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return {name: bound for name, bound in keywords.items() if bound is not None}


@dataclass(frozen=True)
class Pattern:
    """A string that `expression` matches entirely."""

    expression: str

    def error(self, value: str) -> str | None:
        return None if re.fullmatch(self.expression, value) else self.describe("text")

    def describe(self, noun: str) -> str:
        return f"{noun} that matches {self.expression}"

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{self.expression})$"}


@dataclass(frozen=True)
class Length:
    """A list of `min` to `max` items; values of other types in a union are not checked."""

    min: int = 0
    max: int | None = None

    def error(self, value: Any) -> str | None:
        if not isinstance(value, (tuple, list)):
            return None
        allowed = len(value) >= self.min and (self.max is None or len(value) <= self.max)
        return None if allowed else self.describe("a list")

    def describe(self, noun: str) -> str:
        if self.max is None:
            return f"{noun} of at least {self.min} item{'s' * (self.min != 1)}"
        return f"{noun} of {self.min} to {self.max} items"

    def schema(self) -> dict[str, Any]:
        return {"minItems": self.min} | ({} if self.max is None else {"maxItems": self.max})


@dataclass(frozen=True)
class Names:
    """An object of up to `most` entries whose names match `expression`."""

    expression: str
    most: int

    def error(self, value: dict[str, Any]) -> str | None:
        allowed = len(value) <= self.most and all(
            isinstance(name, str) and re.fullmatch(self.expression, name) for name in value
        )
        return None if allowed else self.describe("an object")

    def describe(self, noun: str) -> str:
        return f"{noun} of at most {self.most} entries whose names match {self.expression}"

    def schema(self) -> dict[str, Any]:
        names = {"pattern": f"^(?:{self.expression})$"}
        return {"maxProperties": self.most, "propertyNames": names}


@dataclass(frozen=True)
class Numbers:
    """Finite numbers in evenly nested lists, such as the rows of a matrix, with at most `axes`."""

    axes: int

    def error(self, value: tuple[Any, ...]) -> str | None:
        shape = _shape(value)
        allowed = shape is not None and 1 <= len(shape) <= self.axes
        return None if allowed else self.describe("a list")

    def describe(self, noun: str) -> str:
        return f"{noun} of finite numbers, nested evenly, {self.axes} deep at most"

    def schema(self) -> dict[str, Any]:
        return {"items": {"anyOf": [{"type": "number"}, {"type": "array"}]}, "minItems": 1}


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of evenly nested lists of finite numbers, or None for other values."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return () if abs(value) <= sys.float_info.max else None
    if not isinstance(value, (tuple, list)) or not value:
        return None
    shapes = {_shape(item) for item in value}
    inner = shapes.pop()
    return None if shapes or inner is None else (len(value), *inner)
