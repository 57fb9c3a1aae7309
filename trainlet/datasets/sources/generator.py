"""Base class of the sources that generate points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from trainlet.config import Range
from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, column_names


@dataclass(frozen=True)
class Generator(Source):
    """Points in the plane as in TensorFlow Playground (dataset.ts, 2016).

    Labels are −1 and 1, values are in [−1, 1]. `noise` is from 0 to 0.5.
    """

    task: ClassVar[Task]

    samples: Annotated[int, Range(min=1, max=1_000_000), "Number of points."] = 500
    noise: Annotated[float, Range(min=0, max=0.5), "Noise of the labels or values."] = 0.0
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the points."] = 0

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        """Draw points (samples, 2) and their labels or values (samples,)."""
        raise NotImplementedError

    def describe(self, read: Read) -> Description:
        targets = self.load(read).targets
        classifies = self.task == "classification"
        return Description(
            rows=self.samples,
            columns=column_names(2),
            target_columns=1,
            labels=(-1, 1) if classifies else None,
            task=self.task,
            target_range=(float(targets.min()), float(targets.max())),
        )

    def load(self, read: Read) -> Table:
        points, targets = self.draw(np.random.default_rng(self.seed))
        return Table(column_names(2), points, targets[:, np.newaxis].astype(np.float64))

    def moved(self, points: Array, chance: np.random.Generator, reach: float) -> Array:
        """Move points by U(−1, 1) · reach · noise per axis; the result determines the labels."""
        return points + chance.uniform(-reach, reach, points.shape) * self.noise

    def halves(self) -> tuple[int, int]:
        """Return the number of points per class: half each, with an odd one in the first class."""
        return self.samples - self.samples // 2, self.samples // 2
