"""Generator of a disc inside a ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

RADIUS = 5.0


@dataclass(frozen=True)
class Circle(Generator):
    """Half the points at radius U(0, 2.5), half at U(3.5, 5); label 1 within 2.5, else −1.

    Angles are uniform. The label is that of the point moved by U(−5, 5) · noise on each axis
    (TensorFlow Playground).
    """

    kind: ClassVar[str] = "circle"
    task: ClassVar[Task] = "classification"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        inner, outer = self.halves()
        radius = np.concatenate(
            [
                chance.uniform(0, 0.5 * RADIUS, inner),
                chance.uniform(0.7 * RADIUS, RADIUS, outer),
            ]
        )
        angle = chance.uniform(0, 2 * np.pi, self.samples)
        points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
        distance = np.hypot(*self.moved(points, chance, RADIUS).T)
        return points, np.where(distance < 0.5 * RADIUS, 1, -1)
