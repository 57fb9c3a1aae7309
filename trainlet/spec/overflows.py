"""Overflows of preprocessed data."""

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
"""Logarithm of a number whose square nearly underflows in float64."""


def overflow_errors(
    dataset: Dataset, dtype: str, description: Description, read: Read, *, regression: bool
) -> Iterator[FieldError]:
    """Yield the errors of features and standardized targets that overflow `dtype`.

    Paths start at the dataset. The data are read only if their maximum does not exclude an
    overflow.
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
    """Return whether such numbers may overflow `dtype`, or their variance float64."""
    high = log(min(float(np.finfo(dtype).max), sqrt(FLOAT64_MAX / max(description.rows, 1))))
    degree = _degree(preprocessing, description.encoded)
    sizes = [degree * log(size) for size in _sizes(description) if size]
    if scales:
        sizes += [log(abs(end)) for end in description.target_range or () if end]
    return any(size > high or size < SQUARES_TO_ZERO for size in sizes)


def _sizes(description: Description) -> Iterator[float]:
    """Yield the maximum absolute value of each column, if known."""
    for detail in description.details:
        yield max(abs(detail.minimum or 0.0), abs(detail.maximum or 0.0))
    yield from description.sizes or ()


def _degree(preprocessing: Preprocessing, columns: tuple[str, ...]) -> int:
    """Return the maximum degree of the features."""
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
    """Yield the errors of features that overflow float64, or `dtype` if not standardized."""
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
    """Yield the errors of rows that are not finite after standardization."""
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
