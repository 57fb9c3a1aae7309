"""Activations: functions applied to a layer's weighted input, with their derivatives.

Each records itself on a tape: `z` has the units first and the samples last, and the gradient
that comes back for the output is turned, in place, into the gradient for z.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import pi, sqrt
from typing import Annotated, ClassVar

from trainlet.config import Configuration, Range
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

    negative_slope: Annotated[float, Range(min=0, below=1), "Slope s below zero."] = 0.01

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


@dataclass(frozen=True)
class Elu(Activation):
    """a = z where z > 0, else α (exp(z) − 1); derivative 1, else α exp(z) (Clevert et al. 2016)."""

    kind: ClassVar[str] = "elu"

    alpha: Annotated[float, Range(above=0, max=100), "Minus the limit below zero."] = 1.0

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


@dataclass(frozen=True)
class Gelu(Activation):
    """a = ½ z (1 + tanh u), u = √(2/π) (z + 0.044715 z³) (Hendrycks and Gimpel 2016, section 2).

    The derivative is ½ (1 + t) + ½ z (1 − t²) u′ with t = tanh u. PyTorch and Keras call it the
    approximation by tanh; their default is the exact one by erf, up to 0.0005 away.
    """

    kind: ClassVar[str] = "gelu"

    def record(self, tape: Tape, z: Array) -> Recording:
        a, t = tape.buffer("a", z.shape), tape.buffer("t", z.shape)
        factor, cubic = sqrt(2 / pi), 0.044715
        tape.call("square", z, out=t)
        tape.call("multiply", t, factor * cubic, out=t)
        tape.call("add", t, factor, out=t)
        tape.call("multiply", t, z, out=t)
        tape.call("tanh", t, out=t)
        tape.call("add", t, 1.0, out=a)
        tape.call("multiply", a, z, out=a)
        tape.call("multiply", a, 0.5, out=a)
        gradient = yield a
        derivative, slope = tape.temporary(z.shape), tape.buffer("slope", z.shape)
        tape.call("square", z, out=slope)
        tape.call("multiply", slope, 3 * factor * cubic, out=slope)
        tape.call("add", slope, factor, out=slope)
        tape.call("multiply", slope, z, out=slope)
        tape.call("square", t, out=derivative)
        tape.call("subtract", 1.0, derivative, out=derivative)
        tape.call("multiply", derivative, slope, out=derivative)
        tape.call("add", derivative, t, out=derivative)
        tape.call("add", derivative, 1.0, out=derivative)
        tape.call("multiply", derivative, 0.5, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


@dataclass(frozen=True)
class Silu(Activation):
    """a = z s with s = sigmoid(z), and derivative s (1 + z − a) (Ramachandran et al. 2017)."""

    kind: ClassVar[str] = "silu"

    def record(self, tape: Tape, z: Array) -> Recording:
        a, s = tape.buffer("a", z.shape), tape.buffer("s", z.shape)
        record_sigmoid(tape, z, s)
        tape.call("multiply", z, s, out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        tape.call("subtract", z, a, out=derivative)
        tape.call("add", derivative, 1.0, out=derivative)
        tape.call("multiply", derivative, s, out=derivative)
        tape.call("multiply", gradient, derivative, out=gradient)
        yield gradient


@dataclass(frozen=True)
class Softplus(Activation):
    """a = ln(1 + exp z), with derivative sigmoid(z) (Dugas et al. 2001)."""

    kind: ClassVar[str] = "softplus"

    def record(self, tape: Tape, z: Array) -> Recording:
        a = tape.buffer("a", z.shape)
        tape.call("logaddexp", z, 0.0, out=a)
        gradient = yield a
        derivative = tape.temporary(z.shape)
        record_sigmoid(tape, z, derivative)
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
