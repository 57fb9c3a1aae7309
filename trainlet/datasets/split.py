"""Splits: which samples train and which only judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.datasets.mapped_table import Array
from trainlet.errors import FieldError, ValidationError


@dataclass(frozen=True)
class CountOrFraction:
    """A count of samples, or a fraction of them below 1."""

    def error(self, value: float) -> str | None:
        """What is allowed, if `value` is not."""
        allowed = value >= 0 and (value < 1 or float(value).is_integer())
        return None if allowed else self.describe("a number")

    def describe(self, noun: str) -> str:
        return "a count of samples, or a fraction of them from 0 to below 1"

    def schema(self) -> dict[str, Any]:
        return {"minimum": 0}


@dataclass(frozen=True)
class Splits:
    """The places of the rows of each part, in ascending order."""

    training: Array
    validation: Array
    test: Array


@dataclass(frozen=True)
class Split(Configuration):
    """How many samples are kept from training, chosen at random by `seed`."""

    test: Annotated[
        int | float, CountOrFraction(), "Samples kept for the test at the end: count or fraction."
    ] = 0
    validation: Annotated[
        int | float, CountOrFraction(), "Samples kept to judge every epoch by: count or fraction."
    ] = 0
    stratify: Annotated[bool, "Whether each part has about the same share of each label."] = False
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the choice."] = 0

    @property
    def keeps(self) -> bool:
        """Whether samples are kept from training."""
        return bool(self.test or self.validation)

    def counts(self, rows: int) -> tuple[int, int, int]:
        """Count training, validation and test samples; a fraction is rounded to the nearest.

        The first is negative where more are kept than there are.
        """
        test, validation = _count(self.test, rows), _count(self.validation, rows)
        return rows - test - validation, validation, test

    def error(self, rows: int) -> FieldError | None:
        """Find a fraction that rounds to no row, or sets that leave none to train on."""
        for name in ("test", "validation"):
            fraction = getattr(self, name)
            if 0 < fraction < 1 and not _count(fraction, rows):
                expected = "0, or a fraction or count that holds out at least 1 row"
                detail = f"must be {expected}: {fraction:g} of {rows} rows rounds to 0"
                return FieldError((name,), fraction, expected, detail)
        if self.counts(rows)[0] > 0:
            return None
        name = "test" if _count(self.test, rows) >= rows else "validation"
        expected = f"less than the {rows} samples there are, together with the other part"
        detail = f"must be {expected}, for some are needed to train on"
        return FieldError((name,), getattr(self, name), expected, detail)

    def apply(self, rows: int, targets: Array | None = None) -> Splits:
        """Choose the rows of each part; `targets` (rows, 1) are needed to stratify.

        Raises ValidationError if nothing is left to train on.
        """
        error = self.error(rows)
        if error is not None:
            raise ValidationError([error])
        order = np.random.default_rng(self.seed).permutation(np.arange(rows, dtype=_place(rows)))
        if self.stratify and targets is not None:
            order = _evenly(order, targets[:, 0])
        _, validation, test = self.counts(rows)
        return Splits(
            training=np.sort(order[test + validation :]),
            validation=np.sort(order[test : test + validation]),
            test=np.sort(order[:test]),
        )


def _count(kept: float, rows: int) -> int:
    return kept if isinstance(kept, int) else round(kept * rows)


def _place(rows: int) -> type[np.unsignedinteger[Any]]:
    """The smallest numbers that hold the places of so many rows: there can be many."""
    return np.uint32 if rows < 2**32 else np.uint64


def _evenly(order: Array, labels: Array) -> Array:
    """The same rows, so that every stretch of them has about the same share of each label.

    Of n rows with a label, taken in the order given, number i stands at (i + ½) / n of the way.
    """
    _, place, counts = np.unique(labels[order], return_inverse=True, return_counts=True)
    by_label = np.argsort(place, kind="stable")
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    way = np.empty(len(order))
    way[by_label] = (np.arange(len(order)) - starts + 0.5) / np.repeat(counts, counts)
    return np.asarray(order[np.argsort(way, kind="stable")])
