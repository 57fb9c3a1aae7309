"""Base class of chunks: some rows of a table, independent of the file format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets.columns import Type

Array = NDArray[Any]


class Chunk(ABC):
    """Some rows of a table, with columns by position."""

    place: Callable[[int], str]
    """Function from a row's index to its location as text."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @abstractmethod
    def direct(self, place: int) -> tuple[Type, Array] | None:
        """Return a column as float64, nan for missing values, or None to parse its strings.

        Integers that float64 cannot represent are parsed as strings.
        """

    @abstractmethod
    def texts(self, place: int) -> tuple[Array, list[str]]:
        """Return the index of each row's string, −1 for none, and the distinct strings."""

    def strings(self, place: int, missing: Collection[str]) -> bool:
        """Return whether the file's own type of a value that is not missing is string."""
        return False

    def lacking(self, place: int, missing: Collection[str]) -> Array:
        """Return which values are missing."""
        codes, texts = self.texts(place)
        return np.array([*(text in missing for text in texts), True])[codes]

    def at(self, place: int, rows: Array) -> list[str]:
        """Return the strings in some rows, empty for none."""
        codes, texts = self.texts(place)
        return [[*texts, ""][code] for code in codes[rows].tolist()]


def stripped(codes: Array, texts: list[str]) -> tuple[Array, list[str]]:
    """Return the index of each row's string, and the distinct strings without outer spaces."""
    places: dict[str, int] = {}
    results = [places.setdefault(text.strip(), len(places)) for text in texts]
    if len(places) < len(texts):
        codes = np.array([*results, -1], np.intp)[codes]
    return codes, list(places)
