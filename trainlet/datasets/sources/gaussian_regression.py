"""Generator of a regression target with six peaks and valleys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

SIDE = 6.0
CENTRES = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
SIGNS = np.array([1, -1, 1, -1, 1, -1])


@dataclass(frozen=True)
class GaussianRegression(Generator):
    """Points uniform in [−6, 6]² with the value sign · clamp(1 − d/2, 0, 1) of one of six centers.

    d is the distance from the center; the largest absolute value counts. Centers are
    (−4, 2.5), (4, 2.5) and (0, −2.5) with sign +, (0, 2.5), (−4, −2.5) and (4, −2.5) with sign −.
    The value is that of the point moved by U(−6, 6) · noise on each axis (TensorFlow Playground).
    """

    kind: ClassVar[str] = "gaussian_regression"
    task: ClassVar[Task] = "regression"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        points = chance.uniform(-SIDE, SIDE, (self.samples, 2))
        ways = self.moved(points, chance, SIDE)[:, np.newaxis] - CENTRES
        values = SIGNS * np.clip(1 - np.hypot(ways[..., 0], ways[..., 1]) / 2, 0, 1)
        largest = np.abs(values).argmax(axis=1)
        return points, values[np.arange(self.samples), largest]
