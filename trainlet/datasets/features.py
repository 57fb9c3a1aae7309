"""Features: what a network sees of a sample, said over the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, groupby
from typing import Annotated

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.datasets.mapped import Array

GRAMMAR = (
    "x1, x1^2 (powers up to 9), x1*x2 (products, of powers too), sin(x1) or cos(x1), over the "
    "columns of the data"
)

MOST_FACTORS = 9


@dataclass(frozen=True)
class Polynomial(Configuration):
    """Every product of columns up to a degree: for 2, x1, x2, x1^2, x1*x2 and x2^2."""

    polynomial: Annotated[int, Range(min=1, max=9), "The highest degree."]

    def features(self, columns: tuple[str, ...], most: int) -> tuple[str, ...]:
        """The features in words, by degree; no more than `most` and one."""
        found: list[str] = []
        for degree in range(1, self.polynomial + 1):
            for chosen in combinations_with_replacement(columns, degree):
                found.append("*".join(_powers(chosen)))
                if len(found) > most:
                    return tuple(found)
        return tuple(found)


def _powers(columns: tuple[str, ...]) -> list[str]:
    counted = [(name, len(list(same))) for name, same in groupby(columns)]
    return [name if count == 1 else f"{name}^{count}" for name, count in counted]


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
        return Feature((places[text],), _itself)
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
    factors = _factors(text, places, MOST_FACTORS)
    if not factors:
        return None
    columns = tuple(column for factor in factors for column in factor.columns)
    functions = [factor.function for factor in factors]

    def product(*values: Array) -> Array:
        made = [function(value) for function, value in zip(functions, values, strict=True)]
        return reduce(np.multiply, made)

    return Feature(columns, product)


def _factors(text: str, places: dict[str, int], most: int) -> list[Feature] | None:
    """The factors that `text` is a product of; a column may have a star in its name."""
    alone = Feature((places[text],), _itself) if text in places else _power(text, places)
    if alone is not None:
        return [alone]
    if most == 1:
        return None
    for match in re.finditer(r"\*", text):
        left, right = text[: match.start()], text[match.end() :]
        first = Feature((places[left],), _itself) if left in places else _power(left, places)
        rest = _factors(right, places, most - 1) if first is not None else None
        if first is not None and rest is not None:
            return [first, *rest]
    return None


def _itself(values: Array) -> Array:
    return values
