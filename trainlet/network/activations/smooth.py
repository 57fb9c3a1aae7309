"""Smooth rectifiers: gelu, silu and softplus."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.activations.sigmoid import record_sigmoid
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Gelu(Activation):
    """a = ½ z (1 + tanh u), u = √(2/π) (z + 0.044715 z³) (Hendrycks and Gimpel 2016, section 2).

    The derivative is ½ (1 + t) + ½ z (1 − t²) u′ with t = tanh u. This is the tanh approximation
    of PyTorch and Keras. Their default uses erf and differs by up to 0.0005.
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
        derivative, grad = tape.temporary(z.shape), tape.buffer("grad", z.shape)
        # Beyond |z| = 10 the factor 1 − t² is exactly 0, but an unbounded u′ would be infinite.
        tape.call("square", z, out=grad)
        tape.call("minimum", grad, 100.0, out=grad)
        tape.call("multiply", grad, 3 * factor * cubic, out=grad)
        tape.call("add", grad, factor, out=grad)
        tape.call("square", t, out=derivative)
        tape.call("subtract", 1.0, derivative, out=derivative)
        tape.call("multiply", derivative, grad, out=derivative)
        tape.call("multiply", derivative, z, out=derivative)
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
