"""Preprocessing: selection, encoding, imputation, features, standardization and reshaping."""

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
"""Maximum number of features."""

FeatureText = Annotated[str, Pattern(r"[^\n]{1,200}")]
ColumnName = Annotated[str, Pattern(r"[^\n]{1,200}")]
Size = Annotated[int, Range(min=1, max=65_536)]


@dataclass(frozen=True)
class Preprocessing(Configuration):
    """Preprocessing of samples before training and prediction.

    The steps are, in this order: select columns, encode categories (one-hot) and booleans, impute
    missing values, compute features, standardize them, and reshape the samples.
    """

    features: Annotated[
        tuple[FeatureText, ...] | Polynomial | None,
        Length(min=1),
        f"Inputs of the network: {GRAMMAR}, at most {MAX_FEATURES}; null: every column.",
    ] = None
    standardize: Annotated[
        bool, "Whether to standardize features to mean 0 and std 1 over the training set."
    ] = True
    target: Annotated[
        tuple[ColumnName, ...] | ColumnName | None,
        Length(min=1),
        "Target column or columns; null: the source's targets.",
    ] = None
    columns: Annotated[
        tuple[ColumnName, ...] | None,
        Length(min=1, max=MAX_FEATURES),
        "Input columns; null: all except the target.",
    ] = None
    missing: Annotated[
        Literal["error", "drop", "mean"],
        "Missing values. error: none are allowed; drop: drop their rows; mean: impute with the mean"
        " of the training set, for categories with their fractions.",
    ] = "error"
    target_encoding: Annotated[
        Literal["auto", "zero_one", "plus_minus_one", "one_hot"],
        "Encoding of targets; auto: by the output layer.",
    ] = "auto"
    standardize_targets: Annotated[
        bool,
        "Whether to standardize targets to mean 0 and std 1; predictions and metrics have the units"
        " of the data, the loss does not.",
    ] = False
    reshape: Annotated[
        tuple[Size, ...] | None,
        Length(min=1, max=3),
        "Shape of a sample, such as (height, width, channels); null: a vector of features.",
    ] = None

    @property
    def selection(self) -> Selection:
        """Selected columns."""
        target = (self.target,) if isinstance(self.target, str) else self.target
        return Selection(self.columns, target)

    def choose(self, whole: Description, *, to_learn: bool = True) -> Description:
        """Return the description of the selected columns.

        Constant targets are allowed unless `to_learn`. Raises ValidationError if the columns
        cannot be selected.
        """
        results = list(self.selection.errors(whole))
        results += self.selection.still_targets(whole) if to_learn else ()
        results = results or list(self._missing_errors(whole))
        if results:
            raise ValidationError(results)
        return self.selection.description(whole)

    def table(self, whole: Table) -> Table:
        """Return the selected columns of a table, without the dropped rows."""
        return self.selection.table(whole, self.missing == "drop")

    def drops(self, whole: Description) -> bool:
        """Return whether rows of the data are dropped."""
        return self.missing == "drop" and bool(self.selection.missing(whole))

    def features_of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the features, by default one per encoded column."""
        if isinstance(self.features, Polynomial):
            return self.features.features(columns, MAX_FEATURES)
        return columns if self.features is None else self.features

    def shape(self, columns: tuple[str, ...]) -> tuple[int, ...]:
        """Return the shape of one sample of the network's inputs."""
        return self.reshape or (len(self.features_of(columns)),)

    def errors(self, columns: tuple[str, ...]) -> Iterator[FieldError]:
        """Yield the errors of features that are invalid for these columns, and of the shape."""
        features = self.features_of(columns)
        if len(features) > MAX_FEATURES:
            expected = f"at most {MAX_FEATURES} features"
            yield FieldError(("features",), len(features), expected, f"must be {expected}")
            return
        if isinstance(self.features, Polynomial):
            for text in self.features.ambiguous(columns, features):
                detail = f"must list the features, because {text} is both a column and a product"
                yield FieldError(("features",), self.features.polynomial, GRAMMAR, detail)
                return
        if isinstance(self.features, tuple):
            places = positions(columns)
            for index, text in enumerate(features):
                if parse(text, places) is None:
                    expected = f"{GRAMMAR}: {shown(columns)}"
                    detail = f"must be a feature of the data, not {text}"
                    yield FieldError(("features", index), text, expected, detail)
        if self.reshape is not None and prod(self.reshape) != len(features):
            expected = f"sizes whose product is {len(features)}, the number of features"
            yield FieldError(("reshape",), list(self.reshape), expected, f"must be {expected}")

    def fit(self, table: Table, encoding: TargetEncoding) -> FittedPreprocessing:
        """Fit the preprocessing on the training set of a table with selected columns, in float64.

        Raises ValidationError for an unknown feature, a missing value that is not allowed, or
        numbers that overflow float64.
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
                detail = f"must be drop, because the target {name} lacks {lacking[name]} values"
                yield FieldError(("missing",), self.missing, "drop", detail)
                return
        if self.missing == "error":
            incomplete = shown(tuple(f"{name} ({count})" for name, count in lacking.items()))
            detail = f"must be drop or mean, because values are missing in {incomplete}"
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
                ("standardize",), "true", expected, f"must be {expected}, unlike {names[place]}"
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
        raise ValidationError(
            [FieldError(_STANDARDIZED, "true", expected, f"must be false without {expected}")]
        )
    with np.errstate(all="ignore"):
        moments = Moments.of([targets])
        scale = moments.scale
    if not (np.isfinite(moments.mean) & np.isfinite(scale) & (scale > 0)).all():
        expected = "false, or targets whose mean and standard deviation are finite"
        raise ValidationError([FieldError(_STANDARDIZED, "true", expected, f"must be {expected}")])
    return replace(
        plain, target_mean=tuple(moments.mean.tolist()), target_scale=tuple(scale.tolist())
    )
