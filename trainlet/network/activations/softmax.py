"""Softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Softmax(Activation):
    """aⱼ = exp(zⱼ) / Σₖ exp(zₖ) over the units, with ∂C/∂z = a (∂C/∂a − Σ a ∂C/∂a).

    The maximum z of each sample is subtracted first, which keeps exp finite and leaves a as it is.
    """

    kind: ClassVar[str] = "softmax"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        record_softmax(tape, z, a, a)
        gradient = yield a
        product, total = tape.temporary(z.shape), tape.temporary((1, *z.shape[1:]))
        tape.call("multiply", gradient, a, out=product)
        tape.total(product, total)
        tape.call("subtract", gradient, total, out=gradient)
        tape.call("multiply", gradient, a, out=gradient)
        yield gradient


def record_softmax(tape: Tape, z: Array, a: Array, shifted: Array) -> Array:
    """Record s = z − max z of the sample, into `shifted`, and a = softmax(z); return Σ exp s.

    `shifted` may be `a` if the caller does not need s.
    """
    row = (1, *z.shape[1:])
    largest, total = tape.buffer("largest", row), tape.buffer("total", row)
    tape.call("max", z, axis=0, out=largest)
    tape.call("subtract", z, largest, out=shifted)
    tape.call("exp", shifted, out=a)
    tape.total(a, total)
    tape.call("divide", a, total, out=a)
    return total
