"""Codes: numbers that stand for the texts of a column until all of them are known."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets.table import MAX_LABELS

Array = NDArray[Any]

MAX_TEXT = 200
"""A text of more characters is taken for no category."""


class Codes:
    """A number for each different text, handed out as they come by."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self.too_many = False
        """Whether these are no categories: too many, or too long."""

    def add(self, texts: Iterable[str]) -> None:
        """Take texts in."""
        for text in texts:
            if self.too_many:
                return
            if text not in self._seen:
                self._seen[text] = len(self._seen)
                self.too_many = len(text) > MAX_TEXT or len(self._seen) > MAX_LABELS

    def of(self, texts: Iterable[str | None]) -> Array:
        """The code of each text, nan for none, and −1 for those that were too many."""
        actual = self._seen
        return np.array([actual.get(text, -1.0) if text else nan for text in texts], np.float64)

    @property
    def categories(self) -> tuple[str, ...]:
        """The texts, sorted."""
        return tuple(sorted(self._seen))

    def order(self) -> Array:
        """The place among the sorted texts of each code that was handed out."""
        places = {text: place for place, text in enumerate(self.categories)}
        return np.array([places[text] for text in self._seen], np.float64)


def sorted_codes(block: Array, orders: list[Array | None]) -> Array:
    """A block of rows with each code replaced by its text's place among the sorted ones."""
    for place, order in enumerate(orders):
        if order is not None and len(order):
            codes = block[:, place]
            known = ~np.isnan(codes)
            block[known, place] = order[codes[known].astype(np.intp)]
    return block
