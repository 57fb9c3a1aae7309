"""Sigmoid and tanh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Sigmoid(Activation):
    """a = 1 / (1 + exp(−z)), with derivative a (1 − a) (Nielsen 2015, chapter 1)."""

    kind: ClassVar[str] = "sigmoid"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        record_sigmoid(tape, z, a)
        gradient = yield a
        rest, part = tape.temporary(z.shape), tape.spare(gradient)
        tape.call("subtract", 1.0, a, out=rest)
        tape.call("multiply", gradient, rest, out=part)
        tape.call("multiply", part, a, out=gradient)
        yield gradient


def record_sigmoid(tape: Tape, z: Array, a: Array) -> None:
    """Record a = 1 / (1 + exp(−z)); where exp overflows to infinity, a is correctly 0."""
    part = tape.spare(a)
    tape.call("negative", z, out=part)
    tape.call("exp", part, out=a)
    tape.call("add", a, 1.0, out=part)
    # NumPy vectorizes the division but not `reciprocal`.
    tape.call("divide", 1.0, part, out=a)


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
