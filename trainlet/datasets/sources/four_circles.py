"""Generator of four circles in a square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from trainlet.config import Range
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, column_names

CENTRES = ((1.0, 1.0), (1.0, 3.0), (3.0, 1.0), (3.0, 3.0))
RADIUS_SQUARED = 0.5
SIDE = 4.0


@dataclass(frozen=True)
class FourCircles(Source):
    """Points uniform in [0, 4]²; label 1 inside a circle of radius √½, else 0.

    A point is inside if (x1−a)² + (x2−b)² ≤ 0.5 for a center (a, b) of (1, 1), (1, 3),
    (3, 1), (3, 3) (bartoszbartosik/neural-network). About 61 % of the points have label 0.
    """

    kind: ClassVar[str] = "four_circles"

    samples: Annotated[int, Range(min=1, max=1_000_000), "Number of points."] = 1000
    seed: Annotated[int, Range(min=0, max=2**32 - 1), "Seed of the points."] = 0

    def describe(self, read: Read) -> Description:
        return Description(
            rows=self.samples,
            columns=column_names(2),
            target_columns=1,
            labels=(0, 1),
            task="classification",
            target_range=(0.0, 1.0),
        )

    def load(self, read: Read) -> Table:
        points = np.random.default_rng(self.seed).uniform(0, SIDE, (self.samples, 2))
        inside = np.zeros(self.samples, bool)
        for centre in CENTRES:
            inside |= ((points - centre) ** 2).sum(axis=1) <= RADIUS_SQUARED
        return Table(column_names(2), points, inside[:, np.newaxis].astype(np.float64))
