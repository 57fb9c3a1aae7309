"""Preset: a named spec with a description and a goal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from trainlet.errors import NotFoundError

PACKAGE = "trainlet.presets"


@dataclass(frozen=True)
class Goal:
    """Bound of the final value of a metric, either a minimum or a maximum."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None

    def is_reached(self, metrics: Mapping[str, Any]) -> bool:
        """Return whether the metric satisfies the bound; missing and nan do not."""
        value = metrics.get(self.metric)
        if not isinstance(value, (int, float)):
            return False
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    def __str__(self) -> str:
        if self.at_least is not None:
            return f"{self.metric} at least {self.at_least:g}"
        return f"{self.metric} at most {self.at_most:g}"


@dataclass(frozen=True)
class Preset:
    """A job that can be submitted; `spec` is in the JSON form of the API."""

    name: str
    about: str
    reaches: Goal
    spec: dict[str, Any]


def names() -> list[str]:
    """Return the names of all presets, sorted."""
    result = (file.name for file in files(PACKAGE).iterdir())
    return sorted(name.removesuffix(".json") for name in result if name.endswith(".json"))


def load(name: str) -> Preset:
    """Return a preset. Raises NotFoundError with all names."""
    if name not in names():
        raise NotFoundError(f"there is no preset {name[:64]!r}; there are {', '.join(names())}")
    text = files(PACKAGE).joinpath(f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return Preset(name, document["about"], Goal(**document["reaches"]), document["spec"])
