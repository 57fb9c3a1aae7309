"""Training runs with golden trajectories, as JSON specs with their data.

Plain data, read by the program that creates the trajectories, which does not import trainlet, and
by the test that compares, which does not import PyTorch. A case sets every number that its formulas
need and uses no defaults. The networks are small and the learning rates low, so that rounding
errors do not grow: two correct programs agree to 1e-12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]

SAMPLES, BATCH, EPOCHS = 19, 5, 50
"""Four mini-batches an epoch, the last one short: 200 steps."""

STEPS = (1, 10, 50, 200)
"""After so many steps the parameters are kept; the loss is at each."""


@dataclass(frozen=True)
class Case:
    """Training run; `masks` is the seed of dropout, if there is any."""

    layers: tuple[Spec, ...]
    loss: Spec
    optimizer: Spec
    inputs: str = "rows"
    targets: str = "numbers"
    extra: tuple[tuple[str, Any], ...] = ()
    masks: int = 7

    @property
    def training(self) -> Spec:
        """Return the spec; omitted regularization and clipping are off."""
        return {
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "shuffle": False,
            "loss": self.loss,
            "optimizer": self.optimizer,
            **dict(self.extra),
        }


def dense(units: int, activation: str | Spec = "linear", **more: Any) -> Spec:
    return {"type": "dense", "units": units, "activation": activated(activation), **more}


def conv(filters: int, kernel_size: int, activation: str = "tanh", **more: Any) -> Spec:
    placed = {"stride": 1, "padding": "valid", "dilation": 1} | more
    size = {"filters": filters, "kernel_size": kernel_size}
    return {"type": "conv2d", **size, "activation": activated(activation), **placed}


def pool(kind: str, pool_size: int, stride: int | None = None) -> Spec:
    return {"type": kind, "pool_size": pool_size, "stride": stride}


def activated(activation: str | Spec) -> Spec:
    return {"type": activation} if isinstance(activation, str) else activation


def sgd(rate: float, schedule: Spec | None = None, momentum: float = 0.0, **more: Any) -> Spec:
    """Return gradient descent, optionally with `nesterov=True`."""
    memory = {"momentum": momentum, "nesterov": False} | more
    return {"type": "sgd", **scheduled(rate, schedule), **memory}


def scheduled(rate: float, schedule: Spec | None) -> Spec:
    return {"learning_rate": rate, "schedule": schedule or {"type": "constant"}}


def rule(kind: str, rate: float, schedule: Spec | None = None, **more: Any) -> Spec:
    return {"type": kind, **scheduled(rate, schedule), **more}


MSE: Spec = {"type": "mse"}
FLATTEN: Spec = {"type": "flatten"}
HEAD = (FLATTEN, dense(2))
ROW = (dense(4, "tanh"), dense(2))
BATCH_NORMAL: Spec = {"type": "batch_normalization", "momentum": 0.8, "epsilon": 0.01}
LAYER_NORMAL: Spec = {"type": "layer_normalization", "epsilon": 0.01}


def on_rows(*layers: Spec, rate: float = 0.1) -> Case:
    return Case(layers, MSE, sgd(rate))


def on_images(*layers: Spec, rate: float = 0.05, inputs: str = "images") -> Case:
    return Case(layers, MSE, sgd(rate), inputs)
