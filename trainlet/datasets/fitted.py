"""Fitted preprocessing: statistics of the training set, stored in the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from trainlet.config import Configuration
from trainlet.datasets.columns import Column, Label, encoded_names
from trainlet.datasets.features import Feature, parse, positions
from trainlet.datasets.mapped_table import Array, MappedTable, PreprocessedRows
from trainlet.datasets.target_encoding import TargetEncoding
from trainlet.datasets.training_file import TrainingFile
from trainlet.errors import FieldError, ValidationError

MAX_ERRORS = 100


@dataclass(frozen=True)
class FittedPreprocessing(Configuration):
    """Fitted preprocessing, part of the model and applied to every point.

    inputs = (features − mean) / scale, where the scale is the population's standard deviation, or
    1 for a feature that is constant in the training set. Features are computed from the encoded
    columns, in which `fill` replaces missing values.
    """

    columns: Annotated[tuple[str, ...], "Columns of a point, in order."]
    features: Annotated[tuple[str, ...], "Features, the inputs of the network."]
    encoding: Annotated[TargetEncoding, "Encoding of targets and decoding of outputs."]
    mean: Annotated[tuple[float, ...] | None, "Mean of each feature; null: not standardized."] = (
        None
    )
    scale: Annotated[tuple[float, ...] | None, "Scale of each feature; null: not standardized."] = (
        None
    )
    constant: Annotated[tuple[str, ...], "Features that are constant in the training set."] = ()
    forms: Annotated[tuple[Column, ...], "Types of the columns; empty: all are numbers."] = ()
    fill: Annotated[
        tuple[float, ...] | None,
        "Values imputed for missing values of the encoded columns; null: none.",
    ] = None
    shape: Annotated[tuple[int, ...] | None, "Shape of a sample; null: a vector of features."] = (
        None
    )
    target_mean: Annotated[
        tuple[float, ...] | None, "Mean of each target; null: not standardized."
    ] = None
    target_scale: Annotated[
        tuple[float, ...] | None, "Scale of each target; null: not standardized."
    ] = None
    file: Annotated[TrainingFile | None, "Training file; null: not trained on a file."] = None

    def inputs(self, points: Array, dtype: str = "float64") -> Array:
        """Return the network's inputs (n, *input_shape) in `dtype` for points (n, columns).

        Raises ValidationError, with the row of the point, if a value is missing or too large for
        `dtype`, or if points have another number of columns.
        """
        if points.ndim != 2 or points.shape[1] != len(self.columns):
            expected = f"{len(self.columns)} numbers per point"
            raise ValidationError(
                [FieldError((), list(points.shape), expected, f"must be {expected}")]
            )
        with np.errstate(all="ignore"):
            inputs = self.compute(points)
            if self._mean_and_scale is not None:
                mean, scale = self._mean_and_scale
                inputs = (inputs - mean) / scale
            # NumPy gathers from a copy of the whole array unless it is stored row by row.
            inputs = np.ascontiguousarray(inputs, dtype)
        inputs = _finite(inputs, points, dtype)
        return inputs if self.shape is None else inputs.reshape(-1, *self.shape)

    def rows(self, inputs: Array | MappedTable, dtype: str) -> Array | PreprocessedRows:
        """Return the network's inputs of all rows of a table; mapped tables are loaded lazily."""
        if isinstance(inputs, MappedTable):
            return PreprocessedRows(
                inputs, lambda block: self.inputs(block, dtype), self.input_shape, dtype
            )
        return self.inputs(inputs, dtype)

    def targets(self, targets: Array, dtype: str = "float64") -> Array:
        """Return the network's targets (n, units) in `dtype` for targets (n, target columns).

        Raises ValidationError for an unknown label or a number that is too large for `dtype`.
        """
        with np.errstate(over="ignore"):
            encoded = self.encoding.encode(targets)
            if self.target_mean is not None and self.target_scale is not None:
                encoded = (encoded - np.array(self.target_mean)) / np.array(self.target_scale)
            encoded = np.ascontiguousarray(encoded, dtype)
        return _finite(encoded, targets, dtype)

    def labels_of(self, outputs: Array) -> list[Any] | None:
        """Return the label or labels of each row of outputs (n, units); None for regression."""
        return self.encoding.decode(outputs)

    def values_of(self, outputs: Array) -> Array:
        """Return the values of outputs (n, units) in the units of the data."""
        if self.target_mean is None or self.target_scale is None:
            return outputs
        return np.asarray(outputs * np.array(self.target_scale) + np.array(self.target_mean))

    @property
    def target_factor(self) -> Array | None:
        """Factor that converts differences of outputs to the units of the data."""
        return None if self.target_scale is None else np.array(self.target_scale)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one sample of the network's inputs."""
        return self.shape or (len(self.features),)

    @property
    def labels(self) -> tuple[Label, ...] | None:
        """Labels in the order of the units; None for regression."""
        return self.encoding.labels

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings, one sentence each."""
        return tuple(
            f"feature {name} is constant in the training set; it is divided by 1"
            for name in self.constant
        )

    @cached_property
    def typed(self) -> tuple[Column, ...]:
        """Columns of a point with their types."""
        return self.forms or tuple(Column(name) for name in self.columns)

    @cached_property
    def places(self) -> dict[str, int]:
        """Index of each column by name."""
        return {name: place for place, name in enumerate(self.columns)}

    @cached_property
    def encoded(self) -> tuple[str, ...]:
        """Names of the encoded columns."""
        if not self.forms:
            return self.columns
        return encoded_names(self.forms)

    def encode(self, points: Array) -> Array:
        """Return points (n, columns) with one-hot encoded categories."""
        if self.encoded == self.columns:
            return points
        return np.concatenate(
            [
                _one_hot(points[:, place], form) if form.type == "category" else points[:, [place]]
                for place, form in enumerate(self.forms)
            ],
            axis=1,
        )

    def compute(self, points: Array) -> Array:
        """Return the features (n, features) of points before standardization."""
        encoded = self.encode(points)
        if self.fill is not None:
            encoded = np.where(np.isnan(encoded), np.array(self.fill), encoded)
        if self.features == self.encoded:
            return encoded
        return np.stack([feature(encoded) for feature in self.computed], axis=1)

    @staticmethod
    def blocks(inputs: Array | MappedTable) -> Iterable[Array]:
        """Yield the rows of a table in blocks that fit into memory."""
        return inputs.blocks() if isinstance(inputs, MappedTable) else [inputs]

    @cached_property
    def computed(self) -> tuple[Feature, ...]:
        """Features as functions of the encoded columns. Raises ValueError for invalid text."""
        places = positions(self.encoded)
        results = [parse(text, places) for text in self.features]
        if None in results:
            raise ValueError(f"{self.features[results.index(None)]!r:.80} is not a feature")
        return tuple(feature for feature in results if feature is not None)

    @cached_property
    def _mean_and_scale(self) -> tuple[Array, Array] | None:
        if self.mean is None or self.scale is None:
            return None
        return np.array(self.mean), np.array(self.scale)


def _one_hot(codes: Array, form: Column) -> Array:
    result = (codes[:, np.newaxis] == np.arange(len(form.categories or ()))).astype(np.float64)
    result[np.isnan(codes)] = np.nan
    return np.asarray(result)


def _finite(numbers: Array, given: Array, dtype: str) -> Array:
    if np.isfinite(numbers).all():
        return numbers
    rows = np.flatnonzero(~np.isfinite(numbers).all(axis=1))[:MAX_ERRORS]
    raise ValidationError(_row_error(row, given[row], dtype) for row in rows.tolist())


def _row_error(row: int, given: Any, dtype: str) -> FieldError:
    if given.dtype.kind == "f" and np.isnan(given).any():
        expected = "a row without missing values"
        values = [None if number != number else number for number in given.tolist()]  # noqa: PLR0124
        return FieldError((row,), values, expected, f"must be {expected}")
    expected = f"numbers that stay finite in {dtype}"
    return FieldError((row,), given.tolist(), expected, f"must be {expected} after preprocessing")
