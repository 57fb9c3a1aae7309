"""Features: what a network sees of a sample, said over the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trainlet.datasets.table import Array

GRAMMAR = "x1, x1^2 (powers up to 9), x1*x2, sin(x1) or cos(x1), over the columns of the data"


@dataclass(frozen=True)
class Feature:
    """A function of one or two columns, told by their places."""

    columns: tuple[int, ...]
    function: Callable[..., Array]

    def __call__(self, points: Array) -> Array:
        """Compute the feature (rows,) of points (rows, columns)."""
        return self.function(*(points[:, column] for column in self.columns))


def parse(text: str, columns: tuple[str, ...]) -> Feature | None:
    """The feature that `text` stands for, or None if it is none over these columns."""
    places = {name: place for place, name in enumerate(columns)}
    if text in places:
        return Feature((places[text],), lambda x: x)
    return _power(text, places) or _wave(text, places) or _product(text, places)


def _power(text: str, places: dict[str, int]) -> Feature | None:
    match = re.fullmatch(r"(.+)\^([2-9])", text)
    if match is None or match[1] not in places:
        return None
    exponent = int(match[2])
    return Feature((places[match[1]],), lambda x: x**exponent)


def _wave(text: str, places: dict[str, int]) -> Feature | None:
    match = re.fullmatch(r"(sin|cos)\((.+)\)", text)
    if match is None or match[2] not in places:
        return None
    return Feature((places[match[2]],), np.sin if match[1] == "sin" else np.cos)


def _product(text: str, places: dict[str, int]) -> Feature | None:
    for match in re.finditer(r"\*", text):
        left, right = text[: match.start()], text[match.end() :]
        if left in places and right in places:
            return Feature((places[left], places[right]), lambda x, y: x * y)
    return None
