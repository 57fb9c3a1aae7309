"""Splits: which samples train and which only judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.datasets.table import Array
from trainlet.errors import Fault, Invalid


@dataclass(frozen=True)
class CountOrShare:
    """A count of samples, or a fraction of them below 1."""

    def fault(self, value: float) -> str | None:
        """What is allowed, if `value` is not."""
        allowed = value >= 0 and (value < 1 or float(value).is_integer())
        return None if allowed else self.describe("a number")

    def describe(self, noun: str) -> str:
        return "a count of samples, or a fraction of them from 0 to below 1"

    def schema(self) -> dict[str, Any]:
        return {"minimum": 0}


@dataclass(frozen=True)
class Parts:
    """The places of the rows of each part, in ascending order."""

    training: Array
    test: Array


@dataclass(frozen=True)
class Split(Configuration):
    """How many samples are kept from training, chosen at random by `seed`."""

    test: Annotated[
        int | float, CountOrShare(), "Samples kept for the test: count or fraction."
    ] = 0
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the choice."] = 0

    def test_rows(self, rows: int) -> int:
        """Count the test samples among `rows`; a fraction is rounded to the nearest count."""
        return self.test if isinstance(self.test, int) else round(self.test * rows)

    def fault(self, rows: int) -> Fault | None:
        """What is wrong with splitting `rows` samples: nothing is left to train on."""
        if self.test_rows(rows) < rows:
            return None
        words = f"less than the {rows} samples there are"
        detail = f"must be {words}, for some are needed to train on"
        return Fault(("test",), self.test, words, detail)

    def parts(self, rows: int) -> Parts:
        """Choose the rows of each part. Raises Invalid if nothing is left to train on."""
        fault = self.fault(rows)
        if fault is not None:
            raise Invalid([fault])
        order = np.random.default_rng(self.seed).permutation(rows)
        count = self.test_rows(rows)
        return Parts(training=np.sort(order[count:]), test=np.sort(order[:count]))
