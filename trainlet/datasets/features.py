"""Features: formulas over the columns of a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, groupby
from typing import Annotated

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.datasets.mapped_table import Array

GRAMMAR = (
    "x1, x1^2 (powers up to 9), x1*x2 (products, of powers too), sin(x1) or cos(x1), over the "
    "columns of the data"
)

MAX_FACTORS = 9

Factor = tuple[int, int | str]
"""The position of an encoded column, and its power, or the name of a function of it."""

FUNCTIONS = {"sin": np.sin, "cos": np.cos}


@dataclass(frozen=True)
class Feature:
    """A product of powers of encoded columns, or the sine or cosine of one."""

    factors: tuple[Factor, ...]

    def __call__(self, points: Array) -> Array:
        """Compute the feature (rows,) of points (rows, encoded columns)."""
        return reduce(np.multiply, (_apply(function, points[:, p]) for p, function in self.factors))


def _apply(function: int | str, values: Array) -> Array:
    if isinstance(function, str):
        return FUNCTIONS[function](values)
    return values if function == 1 else values**function


@dataclass(frozen=True)
class Polynomial(Configuration):
    """Every product of columns up to a degree: for 2, x1, x2, x1^2, x1*x2 and x2^2."""

    polynomial: Annotated[int, Range(min=1, max=9), "Maximum degree."]

    def features(self, columns: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Return the features as text, by degree, at most `most` + 1."""
        results: list[str] = []
        for feature in self._products(len(columns)):
            results.append("*".join(_text(columns[place], power) for place, power in feature))
            if len(results) > most:
                break
        return tuple(results)

    def ambiguous(self, columns: tuple[str, ...], features: tuple[str, ...]) -> Iterator[str]:
        """Yield the features whose text is also the name of a column."""
        places = positions(columns)
        for text, factors in zip(features, self._products(len(columns)), strict=False):
            feature = parse(text, places)
            if feature is None or sorted(feature.factors, key=str) != sorted(factors, key=str):
                yield text

    def _products(self, count: int) -> Iterator[tuple[tuple[int, int], ...]]:
        for degree in range(1, self.polynomial + 1):
            for chosen in combinations_with_replacement(range(count), degree):
                yield tuple((place, len(list(same))) for place, same in groupby(chosen))


def _text(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def positions(columns: tuple[str, ...]) -> dict[str, int]:
    """Return the position of each column by its name."""
    return {name: position for position, name in enumerate(columns)}


def parse(text: str, places: Mapping[str, int]) -> Feature | None:
    """Return the feature of `text`, or None if it is not valid for these columns.

    The name of a column takes precedence over a formula with the same text.
    """
    factors = _wave(text, places) or _factors(text, places, MAX_FACTORS)
    return None if factors is None else Feature(factors)


def _wave(text: str, places: Mapping[str, int]) -> tuple[Factor, ...] | None:
    match = re.fullmatch(r"(sin|cos)\((.+)\)", text)
    if text in places or match is None or match[2] not in places:
        return None
    return ((places[match[2]], match[1]),)


def _factors(text: str, places: Mapping[str, int], most: int) -> tuple[Factor, ...] | None:
    """Return the factors of the product in `text`; a column name may contain a star."""
    single = _power(text, places)
    if single is not None:
        return (single,)
    if most == 1:
        return None
    for match in re.finditer(r"\*", text):
        first = _power(text[: match.start()], places)
        rest = _factors(text[match.end() :], places, most - 1) if first is not None else None
        if first is not None and rest is not None:
            return (first, *rest)
    return None


def _power(text: str, places: Mapping[str, int]) -> Factor | None:
    if text in places:
        return places[text], 1
    match = re.fullmatch(r"(.+)\^([2-9])", text)
    if match is None or match[1] not in places:
        return None
    return places[match[1]], int(match[2])
