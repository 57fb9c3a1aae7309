"""Streaming mean, standard deviation and range of columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trainlet.datasets.mapped_table import Array


@dataclass
class Moments:
    """Count, mean, squared deviations, population standard deviation, minimum and maximum.

    nan is ignored. Blocks are combined by the formulas of Chan, Golub and LeVeque (1983). For a
    single block the results are NumPy's mean and standard deviation, bit for bit.
    """

    count: Array
    mean: Array
    squares: Array
    std: Array
    minimum: Array
    maximum: Array

    @property
    def constant(self) -> Array:
        """Whether each column is constant up to rounding.

        The bound is that of scikit-learn's StandardScaler (`_is_constant_feature`). By the error
        analysis of Chan, Golub and LeVeque (1983), the computed variance of n equal numbers is at
        most n ε variance + (n ε mean)². A variance that overflows float64 is never constant.
        """
        variance = self.squares / np.maximum(self.count, 1)
        error = self.count * np.finfo(np.float64).eps
        bound = error * variance + (error * self.mean) ** 2
        measured = (variance > 0) & np.isfinite(variance)
        return np.asarray((measured & (variance <= bound)) | (self.minimum == self.maximum))

    @property
    def scale(self) -> Array:
        """Standard deviation of each column, 1 if it is constant."""
        return np.where(self.constant, 1.0, self.std)

    @classmethod
    def of(cls, blocks: Iterable[Array]) -> Moments:
        """Return the moments of at least one block (rows, columns)."""
        blocks = iter(blocks)
        moments = cls._of_one(next(blocks))
        for block in blocks:
            moments.add(block)
        return moments

    @classmethod
    def _of_one(cls, block: Array) -> Moments:
        lacking = np.isnan(block)
        if not lacking.any():
            std = block.std(axis=0)
            count = np.full(block.shape[1], len(block))
            ends = block.min(axis=0), block.max(axis=0)
            return cls(count, block.mean(axis=0), std**2 * len(block), std, *ends)
        count = (~lacking).sum(axis=0)
        mean = np.where(lacking, 0.0, block).sum(axis=0) / np.maximum(count, 1)
        squares = (np.where(lacking, 0.0, block - mean) ** 2).sum(axis=0)
        std = np.sqrt(squares / np.maximum(count, 1))
        minimum = np.where(lacking, np.inf, block).min(axis=0)
        maximum = np.where(lacking, -np.inf, block).max(axis=0)
        return cls(count, mean, squares, std, minimum, maximum)

    def add(self, block: Array) -> None:
        """Add another block."""
        other = Moments._of_one(block)
        total = np.maximum(self.count + other.count, 1)
        apart = other.mean - self.mean
        self.mean = self.mean + apart * other.count / total
        self.squares = self.squares + other.squares
        self.squares = self.squares + apart**2 * self.count * other.count / total
        self.count = self.count + other.count
        self.minimum = np.minimum(self.minimum, other.minimum)
        self.maximum = np.maximum(self.maximum, other.maximum)
        self.std = np.sqrt(self.squares / np.maximum(self.count, 1))
