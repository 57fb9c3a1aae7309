"""Preparations: from the columns of a source to the numbers a network sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

import numpy as np

from trainlet.config import Configuration, Length, Pattern
from trainlet.datasets.encoding import Encoding
from trainlet.datasets.features import GRAMMAR, Feature, parse
from trainlet.datasets.table import Array, Label, Table
from trainlet.errors import Fault, Invalid

MOST_FAULTS = 100

FeatureText = Annotated[str, Pattern(r"[^\n]{1,200}")]


@dataclass(frozen=True)
class Preparation(Configuration):
    """What becomes of a sample before the network sees it."""

    features: Annotated[
        tuple[FeatureText, ...] | None,
        Length(min=1, max=1000),
        f"What the network sees: {GRAMMAR}; null: every column as it is.",
    ] = None
    standardize: Annotated[
        bool, "Whether features are brought to mean 0 and deviation 1 over the training part."
    ] = True

    def features_of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Tell the features by name: those asked for, or every column."""
        return columns if self.features is None else self.features

    def faults(self, columns: tuple[str, ...]) -> Iterator[Fault]:
        """Every feature that is none over these columns."""
        for index, text in enumerate(self.features_of(columns)):
            if parse(text, columns) is None:
                shown = ", ".join(columns[:20]) + (", …" if len(columns) > 20 else "")
                words = f"{GRAMMAR}: {shown}"
                yield Fault(("features", index), text, words, f"{text} is no feature of the data")

    def fit(self, table: Table, encoding: Encoding) -> FittedPreparation:
        """Learn what is needed from the training part, in float64.

        Raises Invalid if a feature is unknown, or its numbers leave what float64 can hold.
        """
        found = list(self.faults(table.columns))
        if found:
            raise Invalid(found)
        names = self.features_of(table.columns)
        plain = FittedPreparation(table.columns, names, encoding)
        if not self.standardize:
            return plain
        features = plain.inputs(table.inputs)
        constant = features.min(axis=0) == features.max(axis=0)
        with np.errstate(all="ignore"):
            mean, scale = features.mean(axis=0), np.where(constant, 1.0, features.std(axis=0))
        bad = ~(np.isfinite(mean) & np.isfinite(scale) & (scale > 0))
        if bad.any():
            words = "a feature whose mean and deviation are finite"
            raise Invalid(
                Fault(("features", place), names[place], words, f"must be {words}")
                for place in np.flatnonzero(bad).tolist()
            )
        return replace(
            plain,
            mean=tuple(mean.tolist()),
            scale=tuple(scale.tolist()),
            constant=tuple(name for name, still in zip(names, constant, strict=True) if still),
        )


@dataclass(frozen=True)
class FittedPreparation(Configuration):
    """A preparation with all it learned: part of the model, applied to every point it is asked.

    inputs = (features − mean) / scale, with the population's deviation as the scale; a feature
    that never varied in training is divided by 1.
    """

    columns: Annotated[tuple[str, ...], "Columns of a point, in order."]
    features: Annotated[tuple[str, ...], "What the network sees of them."]
    encoding: Annotated[Encoding, "How targets become numbers and outputs labels."]
    mean: Annotated[tuple[float, ...] | None, "Of each feature; null: not standardized."] = None
    scale: Annotated[tuple[float, ...] | None, "What each feature is divided by."] = None
    constant: Annotated[tuple[str, ...], "Features that never varied in training."] = ()

    def inputs(self, points: Array, dtype: str = "float64") -> Array:
        """What the network sees of raw points: (n, columns) to (n, features) in `dtype`.

        Raises Invalid, with the row of each point that leaves what `dtype` can hold, or if
        points have another number of columns.
        """
        if points.ndim != 2 or points.shape[1] != len(self.columns):
            words = f"{len(self.columns)} numbers a point"
            raise Invalid([Fault((), list(points.shape), words, f"must be {words}")])
        with np.errstate(all="ignore"):
            inputs = self._features(points)
            if self._mean_and_scale is not None:
                mean, scale = self._mean_and_scale
                inputs = (inputs - mean) / scale
            inputs = inputs.astype(dtype)
        return _finite(inputs, points, dtype)

    def targets(self, targets: Array, dtype: str = "float64") -> Array:
        """What the network is trained towards: (n, target columns) to (n, units) in `dtype`.

        Raises Invalid for an unknown label, or a number that leaves what `dtype` can hold.
        """
        with np.errstate(over="ignore"):
            encoded = self.encoding.encode(targets).astype(dtype)
        return _finite(encoded, targets, dtype)

    def labels_of(self, outputs: Array) -> list[Label] | None:
        """The label of each row of outputs (n, units); None where outputs are values."""
        return self.encoding.decode(outputs)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample as the network sees it."""
        return (len(self.features),)

    @property
    def labels(self) -> tuple[Label, ...] | None:
        """What can be answered, in the order of the units; None where outputs are values."""
        return self.encoding.labels

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever trains should know, a sentence each."""
        return tuple(
            f"feature {name} never varies in the training part; it is divided by 1"
            for name in self.constant
        )

    @cached_property
    def _functions(self) -> tuple[Feature, ...]:
        found = [parse(text, self.columns) for text in self.features]
        return tuple(feature for feature in found if feature is not None)

    @cached_property
    def _mean_and_scale(self) -> tuple[Array, Array] | None:
        if self.mean is None or self.scale is None:
            return None
        return np.array(self.mean), np.array(self.scale)

    def _features(self, points: Array) -> Array:
        if self.features == self.columns:
            return points
        return np.stack([feature(points) for feature in self._functions], axis=1)


def _finite(numbers: Array, given: Array, dtype: str) -> Array:
    if np.isfinite(numbers).all():
        return numbers
    rows = np.flatnonzero(~np.isfinite(numbers).all(axis=1))[:MOST_FAULTS]
    words = f"numbers that stay finite in {dtype}"
    raise Invalid(
        Fault((row,), given[row].tolist(), words, f"must be {words} once prepared")
        for row in rows.tolist()
    )
