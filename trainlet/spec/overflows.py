"""Errors of data that leave the range of their numbers once they are preprocessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log, sqrt

import numpy as np

from trainlet.datasets import (
    Description,
    FittedPreprocessing,
    Inline,
    Polynomial,
    Preprocessing,
    Read,
    Table,
    TargetEncoding,
    categories,
)
from trainlet.datasets.features import parse, positions
from trainlet.datasets.mapped_table import Array
from trainlet.errors import FieldError, ValidationError
from trainlet.spec.job_spec import Dataset

FLOAT64_MAX = float(np.finfo(np.float64).max)

SQUARES_TO_ZERO = log(1e-150)
"""Logarithm of numbers whose squares are hardly more than 0 in float64."""


def overflow_errors(
    dataset: Dataset, dtype: str, description: Description, read: Read, *, regression: bool
) -> Iterator[FieldError]:
    """Find features and standardized targets that are not finite in `dtype` once preprocessed.

    Paths start at the dataset. The data are read only where their largest numbers do not rule an
    overflow out.
    """
    preprocessing = dataset.preprocessing
    scales = preprocessing.standardize_targets and regression
    unchecked = list(preprocessing.errors(description.encoded)) or dataset.split.error(
        description.rows
    )
    if unchecked or not _may_overflow(preprocessing, dtype, description, scales):
        return
    table = preprocessing.table(dataset.source.load(read))
    parts = dataset.split.apply(len(table.inputs), table.targets)
    known = categories.known_in(table, parts.training)
    result = _fitted_errors(
        replace(preprocessing, standardize_targets=scales), known, parts.training, dtype
    )
    inline = isinstance(dataset.source, Inline)
    for error in result:
        in_source = error.path[0] == "source"
        path = error.path[:1] if in_source and not inline else error.path
        yield replace(error, path=path if in_source else ("preprocessing", *path))


def _may_overflow(
    preprocessing: Preprocessing, dtype: str, description: Description, scales: bool
) -> bool:
    """Whether numbers of this size may overflow in `dtype`, or their variance leave float64."""
    high = log(min(float(np.finfo(dtype).max), sqrt(FLOAT64_MAX / max(description.rows, 1))))
    degree = _degree(preprocessing, description.encoded)
    sizes = [degree * log(size) for size in _sizes(description) if size]
    if scales:
        sizes += [log(abs(end)) for end in description.target_range or () if end]
    return any(size > high or size < SQUARES_TO_ZERO for size in sizes)


def _sizes(description: Description) -> Iterator[float]:
    """The largest absolute value of each column, as far as it is known."""
    for detail in description.details:
        yield max(abs(detail.minimum or 0.0), abs(detail.maximum or 0.0))
    yield from description.sizes or ()


def _degree(preprocessing: Preprocessing, columns: tuple[str, ...]) -> int:
    """The highest sum of powers of the features."""
    if isinstance(preprocessing.features, Polynomial):
        return preprocessing.features.polynomial
    places = positions(columns)
    parsed = [parse(text, places) for text in preprocessing.features or ()]
    factors = [feature.factors for feature in parsed if feature is not None]
    return max((sum(p for _, p in one if isinstance(p, int)) for one in factors), default=1)


def _fitted_errors(
    preprocessing: Preprocessing, table: Table, training: Array, dtype: str
) -> Iterator[FieldError]:
    rows = table.take(training)
    try:
        plain = replace(preprocessing, standardize=False).fit(rows, TargetEncoding())
        results = list(_feature_errors(preprocessing, plain, table, dtype))
        yield from results
        if not results:
            yield from _row_errors(preprocessing.fit(rows, TargetEncoding()), table, dtype)
    except ValidationError as error:
        yield from error.errors


def _feature_errors(
    preprocessing: Preprocessing, plain: FittedPreprocessing, table: Table, dtype: str
) -> Iterator[FieldError]:
    """Find features that overflow in float64, or in `dtype` where they are not standardized."""
    largest = np.zeros(len(plain.features))
    with np.errstate(all="ignore"):
        for block in plain.blocks(table.inputs):
            largest = np.maximum(largest, np.abs(plain.compute(block)).max(axis=0))
    limit = FLOAT64_MAX if preprocessing.standardize else float(np.finfo(dtype).max)
    for place in np.flatnonzero(~(largest <= limit)).tolist():
        name, value = plain.features[place], float(largest[place])
        if np.isfinite(value):
            expected = f"true, or features up to {limit:.6g}, the largest {dtype}"
            detail = f"must be {expected}; {name} is up to {value:.6g}"
            yield FieldError(("standardize",), "false", expected, detail)
        else:
            expected = f"features up to {FLOAT64_MAX:.6g}, the largest float64"
            listed = isinstance(preprocessing.features, tuple)
            path = ("features", place) if listed else ("features",)
            yield FieldError(path, name, expected, f"must be {expected}; {name} is infinite")


def _row_errors(fitted: FittedPreprocessing, table: Table, dtype: str) -> Iterator[FieldError]:
    """Find rows that are not finite once standardized."""
    start = 0
    for block in fitted.blocks(table.inputs):
        try:
            fitted.inputs(block, dtype)
        except ValidationError as error:
            yield from (_located(field_error, "inputs", start) for field_error in error.errors)
            return
        start += len(block)
    if fitted.target_mean is not None:
        try:
            fitted.targets(table.targets, dtype)
        except ValidationError as error:
            yield from (_located(field_error, "targets", 0) for field_error in error.errors)


def _located(error: FieldError, field: str, start: int) -> FieldError:
    row = start + int(error.path[0])
    detail = f"row {row} of the {field}: {error.detail}"
    return replace(error, path=("source", field, row), detail=detail)
