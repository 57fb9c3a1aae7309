"""Provisional codes of categories, until all categories have been read."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets.table import MAX_LABELS

Array = NDArray[Any]

MAX_TEXT = 200
"""Maximum number of characters of a category."""


class Codes:
    """Codes of distinct strings, in the order of occurrence."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self.too_many = False
        """Whether the strings are too many or too long for categories."""

    def add(self, texts: Iterable[str]) -> None:
        """Add strings."""
        for text in texts:
            if self.too_many:
                return
            if text not in self._codes:
                self._codes[text] = len(self._codes)
                self.too_many = len(text) > MAX_TEXT or len(self._codes) > MAX_LABELS

    def of(self, texts: Iterable[str | None]) -> Array:
        """Return the code of each string, nan for none, −1 for those beyond the maximum."""
        codes = self._codes
        return np.array([codes.get(text, -1.0) if text else nan for text in texts], np.float64)

    @property
    def categories(self) -> tuple[str, ...]:
        """Sorted categories."""
        return tuple(sorted(self._codes))

    def order(self) -> Array:
        """Return each code's index among the sorted categories."""
        places = {text: place for place, text in enumerate(self.categories)}
        return np.array([places[text] for text in self._codes], np.float64)


def sorted_codes(block: Array, orders: list[Array | None]) -> Array:
    """Return a block of rows with codes replaced by indices of the sorted categories."""
    for place, order in enumerate(orders):
        if order is not None and len(order):
            codes = block[:, place]
            known = ~np.isnan(codes)
            block[known, place] = order[codes[known].astype(np.intp)]
    return block
