"""Generator of two Gaussian clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.mapped_table import Array
from trainlet.datasets.sources.generator import Generator

CENTRE = 2.0


@dataclass(frozen=True)
class Gauss(Generator):
    """Half the points from N((2, 2), v) with label 1, half from N((−2, −2), v) with label −1.

    The variance v grows with the noise, from 0.5 at 0 to 4 at 0.5 (TensorFlow Playground).
    """

    kind: ClassVar[str] = "gauss"
    task: ClassVar[Task] = "classification"

    def draw(self, chance: np.random.Generator) -> tuple[Array, Array]:
        std = (0.5 + 7 * self.noise) ** 0.5
        labels = np.repeat([1, -1], self.halves())
        centres = CENTRE * labels[:, np.newaxis]
        return centres + chance.normal(0, std, (self.samples, 2)), labels
