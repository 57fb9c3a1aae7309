"""Rectified linear units: relu and leaky relu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Relu(Activation):
    """a = max(0, z), with derivative 1 where z > 0 and 0 elsewhere, including z = 0."""

    kind: ClassVar[str] = "relu"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        tape.call("maximum", z, tape.zeros(z.shape[-2:]), out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("greater", z, 0.0, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


@dataclass(frozen=True)
class LeakyRelu(Activation):
    """a = max(z, s z), with derivative 1 where z > 0 and s elsewhere (Maas et al. 2013)."""

    kind: ClassVar[str] = "leaky_relu"

    negative_slope: Annotated[float, Range(min=0, below=1), "Slope s of the negative part."] = 0.01

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        tape.call("multiply", z, self.negative_slope, out=a)
        tape.call("maximum", z, a, out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("greater", z, 0.0, out=derivative)
        tape.call("maximum", derivative, self.negative_slope, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient
