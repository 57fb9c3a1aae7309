"""Optimizers: update rules that change the flat parameters w by their gradient g."""

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

LearningRate = Annotated[float, Range(above=0, max=1000), "Learning rate η."]
LearningRateSchedule = Annotated[Schedule, "Learning rate schedule."]
Decay = Annotated[float, Range(min=0, below=1), "Decay rate of the moving average."]
Epsilon = Annotated[
    float,
    Range(above=0, max=1),
    "Number ε added to the root to avoid division by 0; in float32 at least 9.1e-13.",
]


class Optimizer(Configuration, family=True):
    """An update rule; its state is `slots` arrays of the length of the parameters."""

    learning_rate: float
    schedule: Schedule

    @property
    def slots(self) -> int:
        """Number of state arrays."""
        return 0

    def error(self, dtype: str) -> FieldError | None:
        """Return the error of an epsilon that is too small for the dtype, or None."""
        epsilon, least = getattr(self, "epsilon", None), 8 * sqrt(settled(dtype))
        if epsilon is None or epsilon >= least:
            return None
        expected = f"at least {least:.6g} in {dtype}, where smaller roots count as 0"
        return FieldError(("epsilon",), epsilon, expected, f"must be {expected}")

    @property
    def linear(self) -> bool:
        """Whether the update is −η g, so that η can be multiplied into any factor of g."""
        return False

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        """Record the update of `w` by `g`, which may be overwritten.

        Returns the cells that must contain `coefficients` before each replay. `rate` is the cell
        of η for a linear update whose g is already multiplied by η.
        """
        raise NotImplementedError

    def coefficients(self, step: int, steps: int, scale: float) -> tuple[float, ...]:
        """Return the coefficients of a step, counted from 0.

        `scale` is the factor that the schedule derives from the losses so far.
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
    momentum: Annotated[float, Range(min=0, below=1), "Momentum μ."] = 0.0
    nesterov: Annotated[bool, "Whether to use Nesterov momentum."] = False

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
    rho: Decay = 0.9
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


def _record_average(tape: Tape, average: Array, value: Array, decay: float, term: Array) -> None:
    """Record average ← decay · average + (1 − decay) · value, with the addend in `term`."""
    tape.call("multiply", average, decay, out=average)
    tape.call("multiply", value, 1 - decay, out=term)
    tape.call("add", average, term, out=average)


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
    ε is added outside the root, as in PyTorch and Keras.
    """

    kind: ClassVar[str] = "adam"

    learning_rate: LearningRate = 0.001
    schedule: LearningRateSchedule = ConstantSchedule()
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
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
    """Adam with decoupled weight decay: first w ← w − η λ w (Loshchilov and Hutter 2019, alg. 2).

    The decay applies to all trained parameters, including biases, as in PyTorch. η follows the
    schedule.
    """

    kind: ClassVar[str] = "adamw"

    weight_decay: Annotated[float, Range(min=0, max=1), "Weight decay λ."] = 0.01

    def record(
        self, tape: Tape, w: Array, g: Array, slots: Array, rate: Array | None = None
    ) -> tuple[Array, ...]:
        decay = tape.cell("decay")
        tape.call("multiply", w, decay, out=w)
        return (*super().record(tape, w, g, slots), decay)

    def coefficients(self, step: int, steps: int, scale: float) -> tuple[float, ...]:
        rate = self.schedule.rate(self.learning_rate, step, steps) * scale
        return (*super().coefficients(step, steps, scale), 1 - rate * self.weight_decay)
