"""Processors: what takes long to compute is split over those that nobody else computes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import Value
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.affinity import run_on

Array = NDArray[Any]

MOST_UNSPLIT = 5_000_000
"""Points × parameters that take a fraction of a millisecond: too little to be handed over."""


class Processors:
    """The processors of this process and those forked from it, for functions of many points."""

    def __init__(self, numbers: frozenset[int]) -> None:
        self._free = Value("i", len(numbers))
        # Whoever asks computes on one of them itself, and may be kept to it as the others are not.
        others = max(1, len(numbers) - 1)
        self._others = ThreadPoolExecutor(others, "processor", run_on, (numbers,))

    def split(
        self, function: Callable[[Array], Array], parameters: int, block: int
    ) -> Callable[[Array], Array]:
        """The same function of points (n, …), on several processors if there are many points.

        `parameters` is how many numbers each point meets. Parts begin at multiples of `block`:
        where the function goes by such blocks, what it answers is the same to the bit.
        """

        def split(points: Array) -> Array:
            if len(points) * parameters <= MOST_UNSPLIT:
                return function(points)
            blocks = -(-len(points) // block)
            with self._taken(blocks) as count:
                cuts = [blocks * part // count * block for part in range(count + 1)]
                first, *rest = [points[start:end] for start, end in pairwise(cuts)]
                found = [self._others.submit(function, part) for part in rest]
                own = function(first)
                return np.concatenate([own, *(other.result() for other in found)])

        return split

    @contextmanager
    def _taken(self, most: int) -> Iterator[int]:
        """Take those that are free, up to `most`; one is taken though another computes on it."""
        with self._free.get_lock():
            count = max(1, min(most, self._free.value))
            self._free.value -= count
        try:
            yield count
        finally:
            with self._free.get_lock():
                self._free.value += count
