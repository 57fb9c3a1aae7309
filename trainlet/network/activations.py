"""Activations: functions applied to a layer's weighted input, with their derivatives.

Each records itself on a tape: `z` is (units, samples), and the gradient that comes back for
the output is turned, in place, into the gradient for z.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import ClassVar

from trainlet.config import Configuration
from trainlet.network.tape import Array, Tape

Recording = Generator[Array, Array, None]


class Activation(Configuration, family=True):
    """A function a = σ(z)."""

    def record(self, tape: Tape, z: Array) -> Recording:
        """Record a = σ(z); after ∂C/∂a is sent in, ∂C/∂z."""
        raise NotImplementedError


@dataclass(frozen=True)
class Linear(Activation):
    """a = z, with derivative 1."""

    kind: ClassVar[str] = "linear"

    def record(self, tape: Tape, z: Array) -> Recording:
        gradient = yield z
        yield gradient


@dataclass(frozen=True)
class Sigmoid(Activation):
    """a = 1 / (1 + exp(−z)), with derivative a (1 − a) (Nielsen 2015, chapter 1)."""

    kind: ClassVar[str] = "sigmoid"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        record_sigmoid(tape, z, a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("subtract", 1.0, a, out=derivative)
        tape.call("multiply", derivative, a, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


def record_sigmoid(tape: Tape, z: Array, a: Array) -> None:
    """Record a = 1 / (1 + exp(−z)); where exp overflows to infinity, a is 0, as it should be."""
    tape.call("negative", z, out=a)
    tape.call("exp", a, out=a)
    tape.call("add", a, 1.0, out=a)
    tape.call("reciprocal", a, out=a)


@dataclass(frozen=True)
class Tanh(Activation):
    """a = tanh(z), with derivative 1 − a²."""

    kind: ClassVar[str] = "tanh"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        tape.call("tanh", z, out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("square", a, out=derivative)
        tape.call("subtract", 1.0, derivative, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


@dataclass(frozen=True)
class Relu(Activation):
    """a = max(0, z), with derivative 1 where z > 0 and 0 elsewhere, at 0 too."""

    kind: ClassVar[str] = "relu"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        tape.call("maximum", z, tape.zeros(z.shape), out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("greater", z, 0.0, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


@dataclass(frozen=True)
class Softmax(Activation):
    """aⱼ = exp(zⱼ) / Σₖ exp(zₖ) over the units, with ∂C/∂z = a (∂C/∂a − Σ a ∂C/∂a).

    The largest z of each sample is subtracted first, which changes nothing but keeps exp finite.
    """

    kind: ClassVar[str] = "softmax"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        record_softmax(tape, z, a)
        gradient = yield a
        product, total = tape.temporary(z.shape), tape.temporary((1, *z.shape[1:]))
        tape.call("multiply", gradient, a, out=product)
        tape.call("sum", product, axis=0, out=total)
        tape.call("subtract", gradient, total, out=gradient)
        tape.call("multiply", gradient, a, out=gradient)
        yield gradient


def record_softmax(tape: Tape, z: Array, a: Array) -> tuple[Array, Array]:
    """Record a = softmax(z) and hand out, per sample, the largest z and Σ exp(z − largest)."""
    row = (1, *z.shape[1:])
    largest, total = tape.buffer("largest", row), tape.buffer("total", row)
    tape.call("max", z, axis=0, out=largest)
    tape.call("subtract", z, largest, out=a)
    tape.call("exp", a, out=a)
    tape.call("sum", a, axis=0, out=total)
    tape.call("divide", a, total, out=a)
    return largest, total
