"""Chunk: some rows of a table, whatever kind of file it is in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets.columns import Type

Array = NDArray[Any]


class Chunk(ABC):
    """Some rows of a table; columns are named by their positions."""

    place: Callable[[int], str]
    """Where a row of it is, in words."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @abstractmethod
    def direct(self, place: int) -> tuple[Type, Array] | None:
        """Return a column as float64, nan where a value is missing, if it needs no look at texts.

        An integer that float64 does not hold needs one.
        """

    @abstractmethod
    def texts(self, place: int) -> tuple[Array, list[str]]:
        """Return the place of each text among the distinct ones, −1 for none, and these."""

    def strings(self, place: int, missing: Collection[str]) -> bool:
        """Return whether the file itself types a value that is not missing as text."""
        return False

    def lacking(self, place: int, missing: Collection[str]) -> Array:
        """Return which values are missing."""
        codes, texts = self.texts(place)
        return np.array([*(text in missing for text in texts), True])[codes]

    def at(self, place: int, rows: Array) -> list[str]:
        """Return the texts in some rows, an empty one for none."""
        codes, texts = self.texts(place)
        return [[*texts, ""][code] for code in codes[rows].tolist()]


def stripped(codes: Array, texts: list[str]) -> tuple[Array, list[str]]:
    """Return distinct texts without the space around them, and the place of each row's text."""
    places: dict[str, int] = {}
    results = [places.setdefault(text.strip(), len(places)) for text in texts]
    if len(places) < len(texts):
        codes = np.array([*results, -1], np.intp)[codes]
    return codes, list(places)
