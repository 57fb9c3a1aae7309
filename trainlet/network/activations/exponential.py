"""Exponential linear units: elu and selu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Elu(Activation):
    """a = z where z > 0, else α (exp(z) − 1); derivative 1, else α exp(z) (Clevert et al. 2016)."""

    kind: ClassVar[str] = "elu"

    alpha: Annotated[
        float, Range(above=0, max=100), "Scale α of the negative part, whose limit is −α."
    ] = 1.0

    def record(self, tape: Tape, z: Array) -> Recording:
        return _record_elu(tape, z, self.alpha, scale=1.0)


@dataclass(frozen=True)
class Selu(Activation):
    """a = λ elu(z) with α = 1.67326…, λ = 1.05070… (Klambauer et al. 2017, section 2)."""

    kind: ClassVar[str] = "selu"

    def record(self, tape: Tape, z: Array) -> Recording:
        return _record_elu(tape, z, 1.6732632423543772, scale=1.0507009873554805)


def _record_elu(tape: Tape, z: Array, alpha: float, scale: float) -> Recording:
    """Record λ (max(z, 0) + α (exp(min(z, 0)) − 1)); its derivative is the exp, where z ≤ 0."""
    a, low = tape.buffer("a", z.shape), tape.buffer("low", z.shape)
    tape.call("minimum", z, 0.0, out=low)
    tape.call("expm1", low, out=low)
    tape.call("multiply", low, scale * alpha, out=low)
    tape.call("maximum", z, 0.0, out=a)
    tape.call("multiply", a, scale, out=a)
    tape.call("add", a, low, out=a)
    gradient = yield a
    derivative = tape.temporary(z.shape)
    tape.call("greater", z, 0.0, out=derivative)
    tape.call("multiply", derivative, scale - scale * alpha, out=derivative)
    tape.call("add", derivative, scale * alpha, out=derivative)
    tape.call("add", derivative, low, out=derivative)
    tape.call("multiply", gradient, derivative, out=gradient)
    yield gradient
