"""Generator of the XOR problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

SIDE = 5.0
PADDING = 0.3


@dataclass(frozen=True)
class Xor(Generator):
    """Points uniform in [−5, 5]², moved 0.3 away from the axes; label 1 where x·y ≥ 0, else −1.

    The label is that of the point moved by U(−5, 5) · noise on each axis (TensorFlow Playground).
    """

    kind: ClassVar[str] = "xor"
    task: ClassVar[Task] = "classification"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        points = chance.uniform(-SIDE, SIDE, (self.samples, 2))
        points += np.where(points > 0, PADDING, -PADDING)
        product = self.moved(points, chance, SIDE).prod(axis=1)
        return points, np.where(product >= 0, 1, -1)
