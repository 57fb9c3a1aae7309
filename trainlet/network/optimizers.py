"""Optimizers: how a gradient g changes the parameters w, all of them at once as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated, ClassVar

from trainlet.config import Configuration, Range
from trainlet.network.schedules import ConstantSchedule, Schedule
from trainlet.network.tape import Array, Tape

LearningRate = Annotated[float, Range(above=0, max=1000), "Size of a step."]
LearningRateSchedule = Annotated[Schedule, "How the learning rate changes by step."]
Decay = Annotated[float, Range(min=0, below=1), "Share of the average kept at each step."]


class Optimizer(Configuration, family=True):
    """A rule for updates; what it remembers lies in `slots` arrays as long as the parameters."""

    slots: ClassVar[int]
    learning_rate: float
    schedule: Schedule

    def record(self, tape: Tape, w: Array, g: Array, slots: Array) -> tuple[Array, ...]:
        """Record the update of `w` by `g`, which may be overwritten.

        Hands out the cells that must hold `coefficients` before each replay.
        """
        raise NotImplementedError

    def coefficients(self, step: int, steps: int) -> tuple[float, ...]:
        """The numbers of a step, counted from 0, that change from one to the next."""
        raise NotImplementedError


@dataclass(frozen=True)
class Sgd(Optimizer):
    """w ← w − η g (stochastic gradient descent; Nielsen 2015, equations 16 and 17)."""

    kind: ClassVar[str] = "sgd"
    slots: ClassVar[int] = 0

    learning_rate: LearningRate = 0.01
    schedule: LearningRateSchedule = ConstantSchedule()

    def record(self, tape: Tape, w: Array, g: Array, slots: Array) -> tuple[Array, ...]:
        rate = tape.cell("learning_rate")
        tape.call("multiply", g, rate, out=g)
        tape.call("subtract", w, g, out=w)
        return (rate,)

    def coefficients(self, step: int, steps: int) -> tuple[float, ...]:
        return (self.schedule.rate(self.learning_rate, step, steps),)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − η m̂ / (√v̂ + ε), m̂ and v̂ bias-corrected.

    Kingma and Ba 2015, algorithm 1: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), t counted from 1;
    ε stands outside the root, as in PyTorch and Keras.
    """

    kind: ClassVar[str] = "adam"
    slots: ClassVar[int] = 2

    learning_rate: LearningRate = 0.001
    schedule: LearningRateSchedule = ConstantSchedule()
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Annotated[float, Range(above=0, max=1), "Added to the root."] = 1e-8

    def record(self, tape: Tape, w: Array, g: Array, slots: Array) -> tuple[Array, ...]:
        mean, square = slots
        update = tape.temporary(w.shape)
        size, correction = tape.cell("step_size"), tape.cell("correction")
        tape.call("multiply", mean, self.beta_1, out=mean)
        tape.call("multiply", g, 1 - self.beta_1, out=update)
        tape.call("add", mean, update, out=mean)
        tape.call("multiply", square, self.beta_2, out=square)
        tape.call("square", g, out=g)
        tape.call("multiply", g, 1 - self.beta_2, out=g)
        tape.call("add", square, g, out=square)
        tape.call("sqrt", square, out=update)
        tape.call("multiply", update, correction, out=update)
        tape.call("add", update, self.epsilon, out=update)
        tape.call("divide", mean, update, out=update)
        tape.call("multiply", update, size, out=update)
        tape.call("subtract", w, update, out=w)
        return size, correction

    def coefficients(self, step: int, steps: int) -> tuple[float, ...]:
        rate = self.schedule.rate(self.learning_rate, step, steps)
        return (
            rate / (1 - self.beta_1 ** (step + 1)),
            1 / sqrt(1 - self.beta_2 ** (step + 1)),
        )
