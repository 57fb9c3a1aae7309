"""Spec of an untrained network and points to inspect it with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

import numpy as np

from trainlet.config import Configuration, Length, Range
from trainlet.datasets.sources.rows import MAX_ERRORS, RowsBound, row_errors
from trainlet.errors import FieldError, ValidationError
from trainlet.network import Network
from trainlet.network.arrays import Array
from trainlet.spec.job_spec import Architecture

NOT_EMPTY = Length(min=1)


def beyond_dtype(field: str, rows: tuple[Any, ...], dtype: str) -> Iterator[FieldError]:
    """Yield an error for each row of numbers in a field that overflows a dtype."""
    largest = float(np.finfo(dtype).max)
    expected = f"numbers up to {largest:.6g}, the largest {dtype}"
    beyond = np.abs(np.array(rows, np.float64).reshape(len(rows), -1)).max(axis=1) > largest
    for row in np.flatnonzero(beyond).tolist():
        yield FieldError((field, row), rows[row], expected, f"must be {expected}")


@dataclass(frozen=True, kw_only=True)
class UntrainedSpec(Configuration):
    """A network before training, and points without preprocessing.

    `values` initializers set weights and biases; all others draw them with the seed.
    """

    architecture: Annotated[Architecture, "Network."]
    points: Annotated[
        tuple[Any, ...], RowsBound(), NOT_EMPTY, "Inputs of the network, one row per point."
    ]
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of initial weights and dropout."] = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        result = self._ill_formed()
        if result:
            raise ValidationError(result)

    def network(self) -> Network:
        """Return the network for the points.

        Raises ValidationError with all errors.
        """
        results = list(islice(self._beyond_dtype(), MAX_ERRORS))
        try:
            network = Network(
                self.architecture.layers, (len(self.points[0]),), self.architecture.dtype
            )
        except ValidationError as error:
            results = [
                *(field_error.under("architecture") for field_error in error.errors),
                *results,
            ]
        if results:
            raise ValidationError(results)
        return network

    def inputs(self, network: Network) -> Array:
        """Return the points (n, *input_shape) in the network's dtype."""
        return np.array(self.points, network.dtype)

    def _beyond_dtype(self) -> Iterator[FieldError]:
        """Yield the errors of points that overflow the network's dtype."""
        return beyond_dtype("points", self.points, self.architecture.dtype)

    def _ill_formed(self) -> list[FieldError]:
        """Return the errors of the samples alone."""
        return [error.under("points") for error in islice(row_errors(self.points), MAX_ERRORS)]
