"""Loss functions and their gradients.

A loss is the mean over the `tape.batch` samples of a mini-batch. Each class defines how it
combines the outputs of one sample. `y` and `target` are (outputs, samples). Sample weights,
(1, samples), multiply each sample's loss; the mean still divides by the number of samples, as in
Keras (PyTorch divides by the sum of the weights). A loss that includes the output activation
starts from the weighted input z. This is faster, and exact where the activation saturates,
because the two derivatives cancel to δ = a − t.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import prod
from typing import Annotated, Any, ClassVar

import numpy as np

from trainlet.config import Configuration, Range
from trainlet.errors import FieldError
from trainlet.network.activations import Activation, Sigmoid, Softmax
from trainlet.network.activations.sigmoid import record_sigmoid
from trainlet.network.activations.softmax import record_softmax
from trainlet.network.arrays import Array, view
from trainlet.network.tape import Tape

__all__ = [
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "HalfSquaredError",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
]

ROUNDING = 1e-6
"""Rounding error allowed per number of a distribution."""

Recording = Generator[Array, None, None]


class Loss(Configuration, family=True):
    """A cost C of outputs against targets."""

    takes_over: ClassVar[type[Activation] | None] = None
    """Output activation that the loss computes itself; the loss accepts no other."""

    allowed: ClassVar[str] = "finite numbers"
    """Condition on a row of targets, as it appears in errors."""

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        """Record C into the tape's cell `loss`; yield the network's output, then ∂C/∂y.

        If the loss includes the output activation, y is the weighted input z and the gradient
        is ∂C/∂z.
        """
        raise NotImplementedError

    def refused_row(self, targets: Array) -> int | None:
        """Return the first row of targets (samples, units) that the loss rejects, or None."""
        return None

    def target_error(self, targets: Array) -> FieldError | None:
        """Return the error of the first rejected row of targets (samples, …), or None."""
        row = self.refused_row(targets.reshape(len(targets), -1))
        if row is None:
            return None
        detail = f"must be {self.allowed} for {self.kind}"
        return FieldError(("targets", row), targets[row].tolist(), self.allowed, detail)


def _first(rows: Any) -> int | None:
    return int(rows.argmax()) if rows.any() else None


def _outputs(tape: Tape, y: Array) -> int:
    """Return the number of outputs of all samples, which the mean divides by."""
    count: int = prod(y.shape[:-1]) * tape.batch
    return count


def _record_product(
    tape: Tape, one: Array, other: Array, weights: Array | None, factor: float
) -> None:
    """Record C = factor · Σ weight · one · other over samples and outputs."""
    if weights is not None:
        weighted = tape.temporary(one.shape)
        tape.call("multiply", one, weights, out=weighted)
        one = weighted
    total, loss = tape.cell("sum"), tape.cell("loss")
    tape.call("dot", view(one, (-1,)), view(other, (-1,)), out=total)
    tape.call("multiply", total, factor, out=loss)


def _record_delta(tape: Tape, grad: Array, weights: Array | None, factor: float) -> Array:
    """Record δ = factor · weight · gradient."""
    delta = tape.buffer("delta", grad.shape)
    tape.call("multiply", grad, factor, out=delta)
    if weights is not None:
        tape.call("multiply", delta, weights, out=delta)
    return delta


def _record_squares(
    tape: Tape, y: Array, target: Array, weights: Array | None, factor: float
) -> Recording:
    """Record C = factor · Σ (y − t)² and ∂C/∂y = 2 factor · (y − t)."""
    difference = tape.buffer("difference", y.shape)
    tape.call("subtract", y, target, out=difference)
    _record_product(tape, difference, difference, weights, factor)
    yield y
    yield _record_delta(tape, difference, weights, 2 * factor)


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """C = mean over samples and outputs of (y − t)²."""

    kind: ClassVar[str] = "mse"

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        return _record_squares(tape, y, target, weights, 1 / _outputs(tape, y))


@dataclass(frozen=True)
class HalfSquaredError(Loss):
    """C = mean over samples of ½ Σ over outputs of (y − t)² (Mazur 2015; Nielsen 2015, eq. 26)."""

    kind: ClassVar[str] = "half_squared_error"

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        return _record_squares(tape, y, target, weights, 0.5 / tape.batch)


@dataclass(frozen=True)
class MeanAbsoluteError(Loss):
    """C = mean over samples and outputs of |y − t|; the derivative at 0 is 0."""

    kind: ClassVar[str] = "mae"

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        difference, sign = tape.buffer("difference", y.shape), tape.buffer("sign", y.shape)
        tape.call("subtract", y, target, out=difference)
        tape.call("sign", difference, out=sign)
        _record_product(tape, difference, sign, weights, 1 / _outputs(tape, y))
        yield y
        yield _record_delta(tape, sign, weights, 1 / _outputs(tape, y))


@dataclass(frozen=True)
class Huber(Loss):
    """C = mean over samples and outputs of ½ d² where |d| ≤ δ, else δ (|d| − ½ δ), d = y − t.

    Huber 1964. With c, d clipped to ±δ, both are c (d − ½ c), and the derivative is c.
    """

    kind: ClassVar[str] = "huber"

    delta: Annotated[float, Range(above=0, max=1e9), "Error δ above which the loss is linear."] = (
        1.0
    )

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        rest, clipped = tape.buffer("remainder", y.shape), tape.buffer("clipped", y.shape)
        half = tape.temporary(y.shape)
        tape.call("subtract", y, target, out=rest)
        tape.call("minimum", rest, self.delta, out=clipped)
        tape.call("maximum", clipped, -self.delta, out=clipped)
        tape.call("multiply", clipped, 0.5, out=half)
        tape.call("subtract", rest, half, out=rest)
        _record_product(tape, clipped, rest, weights, 1 / _outputs(tape, y))
        yield y
        yield _record_delta(tape, clipped, weights, 1 / _outputs(tape, y))


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """C = mean over samples of Σ over outputs of −t ln a − (1 − t) ln(1 − a), with a = sigmoid(z).

    Computed as ln(1 + exp z) − t z (Nielsen 2015, chapter 3, equation 57).
    """

    kind: ClassVar[str] = "binary_cross_entropy"
    takes_over = Sigmoid
    allowed = "numbers from 0 to 1"

    def refused_row(self, targets: Array) -> int | None:
        return _first(((targets < 0) | (targets > 1)).any(axis=1))

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        a, terms, product = (tape.buffer(name, y.shape) for name in ("a", "terms", "product"))
        record_sigmoid(tape, y, a)
        tape.call("logaddexp", y, 0.0, out=terms)
        tape.call("multiply", y, target, out=product)
        tape.call("subtract", terms, product, out=terms)
        if weights is not None:
            tape.call("multiply", terms, weights, out=terms)
        total, loss = tape.cell("sum"), tape.cell("loss")
        tape.total(view(terms, (-1,)), total)
        tape.call("multiply", total, 1 / tape.batch, out=loss)
        yield a
        tape.call("subtract", a, target, out=terms)
        yield _record_delta(tape, terms, weights, 1 / tape.batch)


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """C = mean over samples of −Σ over classes of t ln a, with a = softmax(z) and Σ t = 1.

    Computed as Σ t (ln Σ exp s − s) with s = z − the largest z (Nielsen 2015, equation 80).
    """

    kind: ClassVar[str] = "categorical_cross_entropy"
    takes_over = Softmax
    allowed = "numbers from 0 to 1 whose sum is 1"

    def refused_row(self, targets: Array) -> int | None:
        """Return the first row that is not a distribution, because δ = a − t requires one."""
        apart = np.abs(targets.sum(axis=1, dtype=np.float64) - 1)
        return _first((targets < 0).any(axis=1) | (apart > ROUNDING * targets.shape[1]))

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        a, terms = tape.buffer("a", y.shape), tape.buffer("terms", y.shape)
        total = record_softmax(tape, y, a, terms)
        tape.call("log", total, out=total)
        tape.call("subtract", total, terms, out=terms)
        _record_product(tape, terms, target, weights, 1 / tape.batch)
        yield a
        tape.call("subtract", a, target, out=terms)
        yield _record_delta(tape, terms, weights, 1 / tape.batch)
