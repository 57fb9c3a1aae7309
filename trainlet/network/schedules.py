"""Schedules: how the learning rate changes from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Configuration, Range


class Schedule(Configuration, family=True):
    """A learning rate as a function of the step, counted from 0 to the last of `steps`."""

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        """The learning rate at `step`, where `learning_rate` is the one that was asked for."""
        raise NotImplementedError


@dataclass(frozen=True)
class ConstantSchedule(Schedule):
    """η(s) = η."""

    kind: ClassVar[str] = "constant"

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate


@dataclass(frozen=True)
class LinearSchedule(Schedule):
    """η(s) = η + (final − η) s / steps: a straight line that would reach `final` after the end."""

    kind: ClassVar[str] = "linear"

    final: Annotated[float, Range(min=0, max=1000), "Learning rate that the line runs to."] = 0.0

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        return learning_rate + (self.final - learning_rate) * step / steps
