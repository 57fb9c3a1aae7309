"""Generator of a linear regression target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

SIDE = 6.0


@dataclass(frozen=True)
class Plane(Generator):
    """Points uniform in [−6, 6]² with the value (x + y) / 10.

    The value is that of the point moved by U(−6, 6) · noise on each axis (TensorFlow Playground).
    """

    kind: ClassVar[str] = "plane"
    task: ClassVar[Task] = "regression"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        points = chance.uniform(-SIDE, SIDE, (self.samples, 2))
        return points, self.moved(points, chance, SIDE).sum(axis=1) / 10
