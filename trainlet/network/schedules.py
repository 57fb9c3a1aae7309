"""Learning rate schedules.

A step s counts mini-batches from 0 to `steps` − 1, over all epochs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Annotated, ClassVar

from trainlet.config import Configuration, Range
from trainlet.network.patience import Patience

__all__ = [
    "ConstantSchedule",
    "CosineSchedule",
    "ExponentialSchedule",
    "LinearSchedule",
    "PlateauSchedule",
    "Schedule",
    "StepSchedule",
    "WarmupSchedule",
]

Rate = Annotated[float, Range(min=0, max=1000), "Final learning rate."]
Factor = Annotated[float, Range(above=0, below=1), "Factor of the learning rate."]
Steps = Annotated[int, Range(min=1, max=10**9), "Number of steps."]


class Schedule(Configuration, family=True):
    """A learning rate as a function of the step and of the losses so far."""

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        """Return η(s), where `learning_rate` is the optimizer's."""
        raise NotImplementedError

    def scale(self, watch: Patience) -> float:
        """Return the factor of every learning rate that follows from the losses so far."""
        return 1.0

    @property
    def patience(self) -> int | None:
        """Number of epochs without a lower loss after which the factor applies once more."""
        return None


@dataclass(frozen=True)
class ConstantSchedule(Schedule):
    """η(s) = η."""

    kind: ClassVar[str] = "constant"

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate


@dataclass(frozen=True)
class LinearSchedule(Schedule):
    """η(s) = η + (final − η) s / steps."""

    kind: ClassVar[str] = "linear"

    final: Rate = 0.0

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate + (self.final - learning_rate) * step / steps


@dataclass(frozen=True)
class StepSchedule(Schedule):
    """η(s) = η · factor^⌊s / every⌋."""

    kind: ClassVar[str] = "step"

    every: Steps
    factor: Factor = 0.1

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate * self.factor ** (step // self.every)


@dataclass(frozen=True)
class ExponentialSchedule(Schedule):
    """η(s) = η · factor^(s / every): `step` without the jumps."""

    kind: ClassVar[str] = "exponential"

    every: Steps
    factor: Factor = 0.9

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return float(learning_rate * self.factor ** (step / self.every))


@dataclass(frozen=True)
class CosineSchedule(Schedule):
    """η(s) = final + ½ (η − final) (1 + cos(π s / steps)) (Loshchilov and Hutter 2017, eq. 5)."""

    kind: ClassVar[str] = "cosine"

    final: Rate = 0.0

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return self.final + (learning_rate - self.final) * (1 + cos(pi * step / steps)) / 2


@dataclass(frozen=True)
class WarmupSchedule(Schedule):
    """η(s) = η (s + 1) / w for the first w = `warmup_steps` steps, then another schedule.

    The other schedule runs over the remaining steps.

    Goyal et al. 2017, section 2.2.
    """

    kind: ClassVar[str] = "warmup"

    warmup_steps: Steps
    then: Annotated[Schedule, "Schedule of the steps after the warmup."] = ConstantSchedule()

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        if step < self.warmup_steps:
            return learning_rate * (step + 1) / self.warmup_steps
        return self.then.rate(
            learning_rate, step - self.warmup_steps, max(steps - self.warmup_steps, 1)
        )

    def scale(self, watch: Patience) -> float:
        return self.then.scale(watch)

    @property
    def patience(self) -> int | None:
        return self.then.patience


@dataclass(frozen=True)
class PlateauSchedule(Schedule):
    """η · factor^k, where k counts the times that `patience` epochs passed without a lower loss.

    Each time restarts the count of epochs. The loss is that of the validation set if there is
    one. With factor ½ this is Nielsen's exercise of halving (2015, chapter 3).
    """

    kind: ClassVar[str] = "plateau"

    patience: Annotated[int, Range(min=1, max=10**6), "Number of epochs without a lower loss."] = 10
    factor: Factor = 0.5

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate

    def scale(self, watch: Patience) -> float:
        return float(self.factor**watch.times)
