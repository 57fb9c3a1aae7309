"""Generator of two interleaved spirals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

RADIUS = 5.0
TURNS = 1.75


@dataclass(frozen=True)
class Spiral(Generator):
    """Two arms of 1.75 turns; point i of n on an arm is at r = 5 i/n, t = 1.75 · 2π i/n + δ.

    x = r sin t + U(−1, 1) · noise, y = r cos t + U(−1, 1) · noise; δ is 0 for label 1 and π for
    label −1 (TensorFlow Playground).
    """

    kind: ClassVar[str] = "spiral"
    task: ClassVar[Task] = "classification"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        arms = [
            _arm(count, start) for count, start in zip(self.halves(), (0.0, np.pi), strict=True)
        ]
        points = self.moved(np.concatenate(arms), chance, 1.0)
        return points, np.repeat([1, -1], self.halves())


def _arm(count: int, start: float) -> Array:
    way = np.arange(count) / max(count, 1)
    angle = TURNS * 2 * np.pi * way + start
    around = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return np.asarray(RADIUS * way[:, np.newaxis] * around)
