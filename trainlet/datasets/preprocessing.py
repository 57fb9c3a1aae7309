"""Preprocessing: from the columns of a source to the numbers a network sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Annotated, Literal

import numpy as np

from trainlet.config import Configuration, Length, Pattern, Range
from trainlet.datasets.features import GRAMMAR, Polynomial, parse, positions
from trainlet.datasets.fitted import FittedPreprocessing
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.moments import Moments
from trainlet.datasets.selection import Selection, shown
from trainlet.datasets.table import Description, Table
from trainlet.datasets.target_encoding import TargetEncoding
from trainlet.errors import FieldError, ValidationError

MAX_FEATURES = 20_000
"""The most features that a network may see."""

FeatureText = Annotated[str, Pattern(r"[^\n]{1,200}")]
ColumnName = Annotated[str, Pattern(r"[^\n]{1,200}")]
Size = Annotated[int, Range(min=1, max=65_536)]


@dataclass(frozen=True)
class Preprocessing(Configuration):
    """What becomes of a sample before the network sees it.

    In this order: columns are chosen, categories and booleans become numbers, what is missing is
    filled in, features are computed and standardized, and the whole gets its shape.
    """

    features: Annotated[
        tuple[FeatureText, ...] | Polynomial | None,
        Length(min=1),
        f"What the network sees: {GRAMMAR}, at most {MAX_FEATURES}; null: every column as it is.",
    ] = None
    standardize: Annotated[
        bool, "Whether features are brought to mean 0 and deviation 1 over the training part."
    ] = True
    target: Annotated[
        tuple[ColumnName, ...] | ColumnName | None,
        Length(min=1),
        "The column that is to be learned, or several; null: what the source says.",
    ] = None
    columns: Annotated[
        tuple[ColumnName, ...] | None,
        Length(min=1, max=MAX_FEATURES),
        "The columns to learn from; null: all but the target.",
    ] = None
    missing: Annotated[
        Literal["error", "drop", "mean"],
        "What becomes of missing values: error: none may be; drop: their rows are left out; mean:"
        " the mean of the training part stands in, for categories their shares.",
    ] = "error"
    target_encoding: Annotated[
        Literal["auto", "zero_one", "plus_minus_one", "one_hot"],
        "How labels become numbers; auto: by the output layer.",
    ] = "auto"
    standardize_targets: Annotated[
        bool,
        "Whether values are learned at mean 0 and deviation 1; predictions and metrics are in the"
        " units of the data, the loss is not.",
    ] = False
    reshape: Annotated[
        tuple[Size, ...] | None,
        Length(min=1, max=3),
        "The shape of a sample, such as (height, width, channels); null: a row of features.",
    ] = None

    @property
    def selection(self) -> Selection:
        """Which columns are chosen."""
        target = (self.target,) if isinstance(self.target, str) else self.target
        return Selection(self.columns, target)

    def choose(self, whole: Description, *, to_learn: bool = True) -> Description:
        """What is known of the chosen columns. Raises ValidationError if they cannot be chosen.

        Who does not choose `to_learn` may have targets that never vary.
        """
        results = list(self.selection.errors(whole))
        results += self.selection.still_targets(whole) if to_learn else ()
        results = results or list(self._missing_errors(whole))
        if results:
            raise ValidationError(results)
        return self.selection.description(whole)

    def table(self, whole: Table) -> Table:
        """The chosen columns of a table, and the rows that stay."""
        return self.selection.table(whole, self.missing == "drop")

    def drops(self, whole: Description) -> bool:
        """Whether rows of such data are left out."""
        return self.missing == "drop" and bool(self.selection.missing(whole))

    def features_of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Tell the features by name: those asked for, or every column, categories encoded."""
        if isinstance(self.features, Polynomial):
            return self.features.features(columns, MAX_FEATURES)
        return columns if self.features is None else self.features

    def shape(self, columns: tuple[str, ...]) -> tuple[int, ...]:
        """The shape of one sample as the network sees it."""
        return self.reshape or (len(self.features_of(columns)),)

    def errors(self, columns: tuple[str, ...]) -> Iterator[FieldError]:
        """Every feature that is none over these columns, and a shape that does not hold them."""
        features = self.features_of(columns)
        if len(features) > MAX_FEATURES:
            expected = f"at most {MAX_FEATURES} features"
            yield FieldError(("features",), len(features), expected, f"there may be {expected}")
            return
        if isinstance(self.features, Polynomial):
            for text in self.features.ambiguous(columns, features):
                detail = f"is ambiguous: {text} is a column and a product; list the features"
                yield FieldError(("features",), self.features.polynomial, GRAMMAR, detail)
                return
        if isinstance(self.features, tuple):
            places = positions(columns)
            for index, text in enumerate(features):
                if parse(text, places) is None:
                    expected = f"{GRAMMAR}: {shown(columns)}"
                    detail = f"{text} is no feature of the data"
                    yield FieldError(("features", index), text, expected, detail)
        if self.reshape is not None and prod(self.reshape) != len(features):
            expected = f"sizes whose product is {len(features)}, the number of features"
            yield FieldError(("reshape",), list(self.reshape), expected, f"must be {expected}")

    def fit(self, table: Table, encoding: TargetEncoding) -> FittedPreprocessing:
        """Learn what is needed from the training part of a chosen table, in float64.

        Raises ValidationError if a feature is unknown, a value missing that may not be, or if
        numbers leave what float64 can hold.
        """
        typed = any(form.type != "number" for form in table.forms)
        plain = FittedPreprocessing(table.columns, (), encoding, forms=table.forms if typed else ())
        encoded = plain.encoded
        results = list(self.errors(encoded))
        if results:
            raise ValidationError(results)
        plain = replace(plain, features=self.features_of(encoded), shape=self.reshape)
        if self.missing == "mean":
            filled = Moments.of(map(plain.encode, plain.blocks(table.inputs)))
            plain = replace(plain, fill=tuple(filled.mean.tolist()))
        if self.standardize_targets and encoding.labels is None:
            plain = _scaled_targets(plain, table.targets)
        return _standardized(plain, table) if self.standardize else plain

    def _missing_errors(self, whole: Description) -> Iterator[FieldError]:
        lacking = self.selection.missing(whole)
        if self.missing == "drop" or not lacking:
            return
        for name in self.selection.target or ():
            if name in lacking:
                detail = f"the target {name} lacks {lacking[name]} values: must be drop"
                yield FieldError(("missing",), self.missing, "drop", detail)
                return
        if self.missing == "error":
            payload = shown(tuple(f"{name} ({count})" for name, count in lacking.items()))
            detail = f"values are missing in {payload}: must be drop or mean"
            yield FieldError(("missing",), self.missing, "drop or mean", detail)


def _standardized(plain: FittedPreprocessing, table: Table) -> FittedPreprocessing:
    names = plain.features
    with np.errstate(all="ignore"):
        moments = Moments.of(map(plain.compute, plain.blocks(table.inputs)))
        constant, mean, scale = moments.constant, moments.mean, moments.scale
    bad = ~(np.isfinite(mean) & np.isfinite(scale) & (scale > 0))
    if bad.any():
        expected = "false, or features whose mean and standard deviation are finite"
        raise ValidationError(
            FieldError(
                ("standardize",), "true", expected, f"must be {expected}; not so {names[place]}"
            )
            for place in np.flatnonzero(bad).tolist()
        )
    return replace(
        plain,
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        constant=tuple(name for name, still in zip(names, constant, strict=True) if still),
    )


_STANDARDIZED = ("standardize_targets",)


def _scaled_targets(plain: FittedPreprocessing, targets: Array) -> FittedPreprocessing:
    if targets.dtype != np.float64:
        expected = "targets that are numbers"
        raise ValidationError([FieldError(_STANDARDIZED, "true", expected, f"needs {expected}")])
    with np.errstate(all="ignore"):
        moments = Moments.of([targets])
        scale = moments.scale
    if not (np.isfinite(moments.mean) & np.isfinite(scale) & (scale > 0)).all():
        expected = "false, or targets whose mean and standard deviation are finite"
        raise ValidationError([FieldError(_STANDARDIZED, "true", expected, f"must be {expected}")])
    return replace(
        plain, target_mean=tuple(moments.mean.tolist()), target_scale=tuple(scale.tolist())
    )
