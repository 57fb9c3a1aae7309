"""Optimizers: how a gradient g changes the parameters w, all of them at once as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated, ClassVar

from trainlet.config import Configuration, Range
from trainlet.errors import FieldError
from trainlet.network.arrays import Array
from trainlet.network.precision import settled
from trainlet.network.schedules import ConstantSchedule, Schedule
from trainlet.network.tape import Tape

__all__ = [
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RmsProp",
    "Sgd",
]

LearningRate = Annotated[float, Range(above=0, max=1000), "Size of a step."]
LearningRateSchedule = Annotated[Schedule, "How the learning rate changes by step."]
Share = Annotated[float, Range(min=0, below=1), "Share of the average kept at each step."]
Epsilon = Annotated[
    float,
    Range(above=0, max=1),
    "Added to the root, so that none is 0; in float32 at least 9.1e-13.",
]


class Optimizer(Configuration, family=True):
    """A rule for updates; what it remembers lies in `slots` arrays as long as the parameters."""

    learning_rate: float
    schedule: Schedule

    @property
    def slots(self) -> int:
        """Number of arrays that the rule remembers."""
        return 0

    def error(self, dtype: str) -> FieldError | None:
        """Return the error of an epsilon that is not well above the roots set to 0, if any."""
        epsilon, least = getattr(self, "epsilon", None), 8 * sqrt(settled(dtype))
        if epsilon is None or epsilon >= least:
            return None
        expected = f"at least {least:.6g} in {dtype}, where smaller roots count as 0"
        return FieldError(("epsilon",), epsilon, expected, f"must be {expected}")

    @property
    def linear(self) -> bool:
        """Whether an update is −η g alone, so that η can be multiplied into any factor of g."""
        return False

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        """Record the update of `w` by `g`, which may be overwritten.

        Hands out the cells that must hold `coefficients` before each replay. With `rate`, for a
        linear update, g is η times the gradient already, and that is the cell of η.
        """
        raise NotImplementedError

    def coefficients(self, step: int, steps: int, scale: float) -> tuple[float, ...]:
        """Compute the numbers that change from step to step, counted from 0.

        `scale` is the schedule's own, of the losses so far.
        """
        return (self.schedule.rate(self.learning_rate, step, steps) * scale,)


@dataclass(frozen=True)
class Sgd(Optimizer):
    """w ← w − η g; with momentum v ← μ v − η g, w ← w + v; nesterov w ← w + μ v − η g.

    Nielsen 2015, equations 16 and 17; Sutskever et al. 2013, equations 1 to 4, where the
    gradient is taken at w. PyTorch's momentum multiplies η into w's update instead of into v:
    it differs where η changes from step to step.
    """

    kind: ClassVar[str] = "sgd"

    learning_rate: LearningRate = 0.01
    schedule: LearningRateSchedule = ConstantSchedule()
    momentum: Annotated[float, Range(min=0, below=1), "Share μ of the velocity kept."] = 0.0
    nesterov: Annotated[bool, "Whether the step looks ahead along the velocity."] = False

    @property
    def slots(self) -> int:
        return 1 if self.momentum else 0

    @property
    def linear(self) -> bool:
        return not self.momentum

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        if rate is None:
            rate = tape.cell("learning_rate")
            tape.call("multiply", g, rate, out=g)
        if self.linear:
            tape.call("subtract", w, g, out=w)
            return (rate,)
        velocity = slots[0]
        tape.call("multiply", velocity, self.momentum, out=velocity)
        tape.call("subtract", velocity, g, out=velocity)
        if self.nesterov:
            ahead = tape.temporary(w.shape)
            tape.call("multiply", velocity, self.momentum, out=ahead)
            tape.call("subtract", ahead, g, out=g)
            tape.call("add", w, g, out=w)
        else:
            tape.call("add", w, velocity, out=w)
        return (rate,)


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """v ← v + g²; w ← w − η g / (√v + ε), with v starting at 0 (Duchi et al. 2011, figure 1)."""

    kind: ClassVar[str] = "adagrad"

    learning_rate: LearningRate = 0.01
    schedule: LearningRateSchedule = ConstantSchedule()
    epsilon: Epsilon = 1e-10

    @property
    def slots(self) -> int:
        return 1

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        total, square = slots[0], tape.temporary(w.shape)
        rate = tape.cell("learning_rate")
        tape.call("square", g, out=square)
        tape.call("add", total, square, out=total)
        _record_rooted_step(tape, w, g, total, self.epsilon, rate)
        return (rate,)


@dataclass(frozen=True)
class RmsProp(Optimizer):
    """v ← ρ v + (1 − ρ) g²; w ← w − η g / (√v + ε) (Tieleman and Hinton 2012, lecture 6.5)."""

    kind: ClassVar[str] = "rmsprop"

    learning_rate: LearningRate = 0.001
    schedule: LearningRateSchedule = ConstantSchedule()
    rho: Share = 0.9
    epsilon: Epsilon = 1e-8

    @property
    def slots(self) -> int:
        return 1

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        mean, square = slots[0], tape.temporary(w.shape)
        rate = tape.cell("learning_rate")
        tape.call("square", g, out=square)
        _record_average(tape, mean, square, self.rho, square)
        _record_rooted_step(tape, w, g, mean, self.epsilon, rate)
        return (rate,)


def _record_average(tape: Tape, average: Array, value: Array, share: float, part: Array) -> None:
    """Record average ← share · average + (1 − share) · value, in `part` what is added."""
    tape.call("multiply", average, share, out=average)
    tape.call("multiply", value, 1 - share, out=part)
    tape.call("add", average, part, out=average)


def _record_rooted_step(
    tape: Tape, w: Array, g: Array, square: Array, epsilon: float, rate: Array
) -> None:
    """Record w ← w − η g / (√square + ε); g is overwritten."""
    root = tape.temporary(w.shape)
    tape.call("sqrt", square, out=root)
    tape.call("add", root, epsilon, out=root)
    tape.call("divide", g, root, out=g)
    tape.call("multiply", g, rate, out=g)
    tape.call("subtract", w, g, out=w)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − η m̂ / (√v̂ + ε), m̂ and v̂ bias-corrected.

    Kingma and Ba 2015, algorithm 1: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), t counted from 1;
    ε stands outside the root, as in PyTorch and Keras.
    """

    kind: ClassVar[str] = "adam"

    learning_rate: LearningRate = 0.001
    schedule: LearningRateSchedule = ConstantSchedule()
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Epsilon = 1e-8

    @property
    def slots(self) -> int:
        return 2

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        mean, square = slots
        update = tape.temporary(w.shape)
        size, correction = tape.cell("step_size"), tape.cell("correction")
        _record_average(tape, mean, g, self.beta_1, update)
        tape.call("square", g, out=g)
        _record_average(tape, square, g, self.beta_2, g)
        tape.call("sqrt", square, out=update)
        tape.call("multiply", update, correction, out=update)
        tape.call("add", update, self.epsilon, out=update)
        tape.call("divide", mean, update, out=update)
        tape.call("multiply", update, size, out=update)
        tape.call("subtract", w, update, out=w)
        return size, correction

    def coefficients(self, step: int, steps: int, scale: float) -> tuple[float, ...]:
        rate = self.schedule.rate(self.learning_rate, step, steps) * scale
        return (
            rate / (1 - self.beta_1 ** (step + 1)),
            1 / sqrt(1 - self.beta_2 ** (step + 1)),
        )


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam after w ← w − η λ w: decay apart from the gradient (Loshchilov and Hutter 2019, alg. 2).

    All that is trained decays, biases too, as in PyTorch; η is the schedule's.
    """

    kind: ClassVar[str] = "adamw"

    weight_decay: Annotated[float, Range(min=0, max=1), "Decay λ."] = 0.01

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        kept = tape.cell("kept")
        tape.call("multiply", w, kept, out=w)
        return (*super().record(tape, w, g, slots), kept)

    def coefficients(self, step: int, steps: int, scale: float) -> tuple[float, ...]:
        rate = self.schedule.rate(self.learning_rate, step, steps) * scale
        return (*super().coefficients(step, steps, scale), 1 - rate * self.weight_decay)
