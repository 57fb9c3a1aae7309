"""Random split into training set, validation set and test set."""

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
        """Return what is allowed, or None if `value` is."""
        allowed = value >= 0 and (value < 1 or float(value).is_integer())
        return None if allowed else self.describe("a number")

    def describe(self, noun: str) -> str:
        return "a number of samples, or a fraction from 0 to below 1"

    def schema(self) -> dict[str, Any]:
        return {"minimum": 0}


@dataclass(frozen=True)
class Splits:
    """Indices of the rows of each set, in ascending order."""

    training: Array
    validation: Array
    test: Array


@dataclass(frozen=True)
class Split(Configuration):
    """Numbers of samples that are held out, selected at random by `seed`."""

    test: Annotated[
        int | float,
        CountOrFraction(),
        "Size of the test set, as a number or fraction of the samples.",
    ] = 0
    validation: Annotated[
        int | float,
        CountOrFraction(),
        "Size of the validation set, as a number or fraction of the samples.",
    ] = 0
    stratify: Annotated[bool, "Whether each set has about the same fraction of each label."] = False
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the split."] = 0

    @property
    def keeps(self) -> bool:
        """Whether samples are held out."""
        return bool(self.test or self.validation)

    def counts(self, rows: int) -> tuple[int, int, int]:
        """Return the numbers of training, validation and test samples; fractions are rounded.

        The first is negative if more samples are held out than there are.
        """
        test, validation = _count(self.test, rows), _count(self.validation, rows)
        return rows - test - validation, validation, test

    def error(self, rows: int) -> FieldError | None:
        """Return the error of a fraction that rounds to 0, or of an empty training set, or None."""
        for name in ("test", "validation"):
            fraction = getattr(self, name)
            if 0 < fraction < 1 and not _count(fraction, rows):
                expected = "0, or a fraction or count that holds out at least 1 row"
                detail = f"must be {expected}: {fraction:g} of {rows} rows rounds to 0"
                return FieldError((name,), fraction, expected, detail)
        if self.counts(rows)[0] > 0:
            return None
        name = "test" if _count(self.test, rows) >= rows else "validation"
        expected = f"less than the {rows} samples, together with the other set"
        detail = f"must be {expected}, because the training set must not be empty"
        return FieldError((name,), getattr(self, name), expected, detail)

    def apply(self, rows: int, targets: Array | None = None) -> Splits:
        """Return the rows of each set; stratification needs `targets` (rows, 1).

        Raises ValidationError if the training set is empty.
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


def _count(size: float, rows: int) -> int:
    return size if isinstance(size, int) else round(size * rows)


def _place(rows: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest integer type for indices of `rows` rows, to save memory."""
    return np.uint32 if rows < 2**32 else np.uint64


def _evenly(order: Array, labels: Array) -> Array:
    """Return the rows in an order in which every slice has about the same label fractions.

    Row i of the n rows with a label is at the relative position (i + ½) / n.
    """
    _, place, counts = np.unique(labels[order], return_inverse=True, return_counts=True)
    by_label = np.argsort(place, kind="stable")
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    way = np.empty(len(order))
    way[by_label] = (np.arange(len(order)) - starts + 0.5) / np.repeat(counts, counts)
    return np.asarray(order[np.argsort(way, kind="stable")])
