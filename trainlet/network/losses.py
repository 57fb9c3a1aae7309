"""Losses: what training makes small, recorded on a tape with its gradient.

A loss is the mean over the samples of a batch; what is done with the several outputs of one
sample is said at each. `y` and `target` are (outputs, samples). Where a loss takes over the
output activation, it starts from the weighted input z, which is both exact where the activation
saturates and faster: the two derivatives cancel to δ = a − t.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import ClassVar

from trainlet.config import Configuration
from trainlet.network.activations import (
    Activation,
    Sigmoid,
    Softmax,
    record_sigmoid,
    record_softmax,
)
from trainlet.network.tape import Array, Tape

Recording = Generator[Array, None, None]


class Loss(Configuration, family=True):
    """A cost C of outputs against targets."""

    takes_over: ClassVar[type[Activation] | None] = None
    """The output activation that the loss computes itself, and the only one it works with."""

    def record(self, tape: Tape, y: Array, target: Array) -> Recording:
        """Record C into the tape's cell `loss` and hand out the network's output, then ∂C/∂y.

        Where the loss takes an activation over, y is its z, and so is the gradient's side.
        """
        raise NotImplementedError


def _record_squares(tape: Tape, y: Array, target: Array, value: float, slope: float) -> Recording:
    """Record C = value · Σ (y − t)² and ∂C/∂y = slope · (y − t)."""
    difference, loss = tape.buffer("difference", y.shape), tape.cell("loss")
    tape.call("subtract", y, target, out=difference)
    tape.call("dot", difference.reshape(-1), difference.reshape(-1), out=loss)
    tape.call("multiply", loss, value, out=loss)
    yield y
    tape.call("multiply", difference, slope, out=difference)
    yield difference


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """C = mean over samples and outputs of (y − t)²."""

    kind: ClassVar[str] = "mse"

    def record(self, tape: Tape, y: Array, target: Array) -> Recording:
        return _record_squares(tape, y, target, 1 / y.size, 2 / y.size)


@dataclass(frozen=True)
class HalfSquaredError(Loss):
    """C = mean over samples of ½ Σ over outputs of (y − t)² (Mazur 2015; Nielsen 2015, eq. 26)."""

    kind: ClassVar[str] = "half_squared_error"

    def record(self, tape: Tape, y: Array, target: Array) -> Recording:
        return _record_squares(tape, y, target, 0.5 / y.shape[-1], 1 / y.shape[-1])


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """C = mean over samples of Σ over outputs of −t ln a − (1 − t) ln(1 − a), with a = sigmoid(z).

    Computed as ln(1 + exp z) − t z (Nielsen 2015, chapter 3, equation 57).
    """

    kind: ClassVar[str] = "binary_cross_entropy"
    takes_over = Sigmoid

    def record(self, tape: Tape, y: Array, target: Array) -> Recording:
        a, terms, product = (tape.buffer(name, y.shape) for name in ("a", "terms", "product"))
        loss = tape.cell("loss")
        record_sigmoid(tape, y, a)
        tape.call("logaddexp", y, 0.0, out=terms)
        tape.call("multiply", y, target, out=product)
        tape.call("subtract", terms, product, out=terms)
        tape.call("sum", terms.reshape(-1), axis=0, out=loss)
        tape.call("multiply", loss, 1 / y.shape[-1], out=loss)
        yield a
        yield _record_cancelled(tape, a, target, terms)


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """C = mean over samples of −Σ over classes of t ln a, with a = softmax(z).

    Computed as Σ t · (ln Σ exp(z − m) + m − z), m the largest z (Nielsen 2015, equation 80).
    """

    kind: ClassVar[str] = "categorical_cross_entropy"
    takes_over = Softmax

    def record(self, tape: Tape, y: Array, target: Array) -> Recording:
        a, terms = tape.buffer("a", y.shape), tape.buffer("terms", y.shape)
        loss = tape.cell("loss")
        largest, total = record_softmax(tape, y, a)
        tape.call("log", total, out=total)
        tape.call("add", total, largest, out=total)
        tape.call("subtract", total, y, out=terms)
        tape.call("multiply", terms, target, out=terms)
        tape.call("sum", terms.reshape(-1), axis=0, out=loss)
        tape.call("multiply", loss, 1 / y.shape[-1], out=loss)
        yield a
        yield _record_cancelled(tape, a, target, terms)


def _record_cancelled(tape: Tape, a: Array, target: Array, out: Array) -> Array:
    """Record ∂C/∂z = (a − t) / samples: activation and loss cancel (Nielsen 2015, chapter 3)."""
    tape.call("subtract", a, target, out=out)
    tape.call("multiply", out, 1 / a.shape[-1], out=out)
    return out
