"""Workloads W1 to W5 and a small convolutional network, defined for all peers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import ceil, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import FourCircles

Floats = NDArray[Any]
"""float32 arrays."""

Weights = list[tuple[Floats, Floats]]
"""Weight (inputs × units, or height × width × inputs × filters) and bias of each layer."""


@dataclass(frozen=True)
class Workload:
    """Training of dense layers with `units`; the first number is that of the inputs.

    With `filters`, images of shape `image` first pass through 3×3 convolutions, each followed by
    ReLU and max pooling by 2. With `falls`, the learning rate decays linearly to 0. `bars` are the
    targets for a peer's time divided by trainlet's.
    """

    name: str
    title: str
    units: tuple[int, ...]
    hidden: str
    output: str
    loss: str
    batch: int
    samples: int
    rate: float
    optimizer: str = "sgd"
    falls: bool = False
    image: tuple[int, ...] = ()
    filters: tuple[int, ...] = ()
    bars: dict[str, float] = field(default_factory=dict, hash=False)

    @property
    def steps(self) -> int:
        """Number of mini-batches per epoch, including a short last one."""
        return ceil(self.samples / self.batch)

    def rate_at(self, step: int, epochs: int) -> float:
        return self.rate * (1 - step / (epochs * self.steps)) if self.falls else self.rate

    def data(self) -> tuple[Floats, Floats]:
        """Return inputs (samples, …) and targets (samples, units), one-hot for several classes."""
        if self.units[0] == 2:
            return _circles(self.samples)
        inputs, targets = _digits(self.samples)
        return inputs.reshape(-1, *(self.image or self.units[:1])), targets

    def first_weights(self) -> Weights:
        """Return initial weights and biases, of variance 1 for the circles, else 1 / inputs."""
        generator = np.random.default_rng(3)
        channels = (*self.image[-1:], *self.filters)
        shapes: list[tuple[int, ...]] = [(3, 3, *pair) for pair in pairwise(channels)]
        shapes += pairwise(self.units)
        weights = []
        for shape in shapes:
            spread = 1.0 if self.units[0] == 2 else prod(shape[:-1]) ** -0.5
            weight = generator.normal(0, spread, shape).astype(np.float32)
            weights.append((weight, generator.normal(0, spread, shape[-1]).astype(np.float32)))
        return weights


@cache
def _circles(samples: int) -> tuple[Floats, Floats]:
    """Return the four circles, standardized as a uniform distribution over [0, 4]."""
    table = FourCircles(samples=samples, seed=7).load(lambda _: b"")
    inputs = (np.asarray(table.inputs) - 2) / (4 / 12**0.5)
    return inputs.astype(np.float32), np.asarray(table.targets).astype(np.float32)


@cache
def _digits(samples: int) -> tuple[Floats, Floats]:
    """Return data of the size and difficulty of MNIST: prototypes, noise and wrong labels."""
    generator = np.random.default_rng(5)
    labels = generator.integers(0, 10, samples)
    prototypes = generator.random((10, 784), np.float32) * (generator.random((10, 784)) < 0.2)
    inputs = generator.random((samples, 784), np.float32)
    for image, label in zip(inputs, labels, strict=True):
        image += prototypes[label]
        image *= 0.5
    wrong = generator.random(samples) < 0.1
    labels[wrong] = generator.integers(0, 10, int(wrong.sum()))
    return inputs, np.eye(10, dtype=np.float32)[labels]


DEMO: dict[str, Any] = {
    "units": (2, 100, 100, 100, 1),
    "hidden": "sigmoid",
    "output": "sigmoid",
    "loss": "mse",
    "samples": 1000,
    "rate": 0.08,
    "falls": True,
}
LABELS: dict[str, Any] = {"output": "softmax", "loss": "categorical_cross_entropy"}
IMAGES: dict[str, Any] = LABELS | {
    "units": (400, 10),
    "hidden": "relu",
    "samples": 2000,
    "rate": 0.02,
    "image": (28, 28, 1),
    "filters": (8, 16),
}
LARGE: dict[str, Any] = LABELS | {
    "units": (784, 512, 256, 10),
    "hidden": "relu",
    "samples": 60_000,
    "batch": 128,
}


def _bars(tutorial: float, eager: float, scikit: float, compiled: float) -> dict[str, float]:
    return {"tutorial": tutorial, "sklearn": scikit, "torch": eager, "torch.compile": compiled}


WORKLOADS = (
    Workload("W1", "the demo, batch 4", batch=4, **DEMO, bars=_bars(1.8, 8, 4.8, 2.3)),
    Workload("W2", "the demo, batch 1", batch=1, **DEMO, bars=_bars(2.6, 10, 6.8, 2.8)),
    Workload("W3", "the demo, batch 32", batch=32, **DEMO, bars=_bars(1.4, 4, 3.1, 1.5)),
    Workload(
        "W4",
        "784-100-10, batch 10",
        units=(784, 100, 10),
        hidden="sigmoid",
        samples=60_000,
        batch=10,
        rate=0.1,
        **LABELS,
        bars=_bars(1.5, 3.3, 2.8, 1.6),
    ),
    Workload(
        "W5", "784-512-256-10, batch 128", rate=0.05, **LARGE, bars=_bars(1.05, 1.25, 1.3, 1.15)
    ),
    Workload("W5-adam", "the same with Adam", rate=0.001, optimizer="adam", **LARGE),
    Workload("C1", "convolutions, batch 1", batch=1, **IMAGES, bars={"torch": 4}),
    Workload("C32", "convolutions, batch 32", batch=32, **IMAGES, bars={"torch": 1.6}),
    Workload("C128", "convolutions, batch 128", batch=128, **IMAGES, bars={"torch": 1.0}),
)
