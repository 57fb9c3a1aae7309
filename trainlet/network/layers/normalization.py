"""Batch and layer normalization: mean 0 and variance 1, then a learned scale and offset."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.arrays import Array, Shape, view
from trainlet.network.initializers import Constant, Zeros
from trainlet.network.layers.layer import Declaration, Layer, Part, Recording
from trainlet.network.tape import Tape

Epsilon = Annotated[float, Range(above=0, max=1), "Added to the variance."]


class Normalization(Layer):
    """Base class of the normalizations: y = γ x̂ + β, with γ and β per channel."""

    epsilon: float
    trainable: bool

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        return (
            self._row("scale", 1.0, input_shape, trainable=self.trainable),
            self._row("offset", 0.0, input_shape, trainable=self.trainable),
        )

    def _row(self, name: str, value: float, shape: Shape, *, trainable: bool) -> Declaration:
        channels = shape[-1]
        first = Constant(value) if value else Zeros()
        part = Part(name, (channels,), first, channels, channels)
        return Declaration(name, trainable, (part,))

    def _record_output(self, tape: Tape, normal: Array, y: Array) -> None:
        """Record y = γ x̂ + β; all arrays are (channels, …)."""
        tape.call("multiply", normal, tape.array("scale").T, out=y)
        tape.call("add", y, tape.array("offset").T, out=y)

    def _record_grads(self, tape: Tape, normal: Array, dy: Array) -> None:
        """Record ∂C/∂γ = Σ x̂ ∂C/∂y and ∂C/∂β = Σ ∂C/∂y, then turn dy into ∂C/∂x̂ = γ ∂C/∂y."""
        scale, offset = tape.grad("scale"), tape.grad("offset")
        if scale is not None and offset is not None:
            product = tape.temporary(normal.shape)
            tape.call("multiply", normal, dy, out=product)
            tape.call("sum", product, axis=1, out=scale[0])
            tape.call("sum", dy, axis=1, out=offset[0])
        tape.call("multiply", dy, tape.array("scale").T, out=dy)


def _record_normal(
    tape: Tape, x: Array, normal: Array, axis: int, epsilon: float
) -> tuple[Array, Array, Array]:
    """Record x̂ = (x − mean) / √(variance + ε) over an axis; return mean, variance and 1 / root."""
    reduced = (1, x.shape[1]) if axis == 0 else (x.shape[0], 1)
    mean, variance, inverse = (
        tape.buffer(name, reduced) for name in ("mean", "variance", "inverse")
    )
    square, fraction = tape.temporary(x.shape), 1 / x.shape[axis]
    tape.call("sum", x, axis=axis, out=mean)
    tape.call("multiply", mean, fraction, out=mean)
    tape.call("subtract", x, mean, out=normal)
    tape.call("square", normal, out=square)
    tape.call("sum", square, axis=axis, out=variance)
    tape.call("multiply", variance, fraction, out=variance)
    tape.call("add", variance, epsilon, out=inverse)
    tape.call("sqrt", inverse, out=inverse)
    tape.call("reciprocal", inverse, out=inverse)
    tape.call("multiply", normal, inverse, out=normal)
    return mean, variance, inverse


def _record_normal_gradient(
    tape: Tape, normal: Array, inverse: Array, dnormal: Array, axis: int
) -> None:
    """Turn ∂C/∂x̂ into ∂C/∂x = (∂C/∂x̂ − mean(∂C/∂x̂) − x̂ mean(x̂ ∂C/∂x̂)) / √(variance + ε)."""
    product, fraction = tape.temporary(normal.shape), 1 / normal.shape[axis]
    total, along = tape.temporary(inverse.shape), tape.buffer("along", inverse.shape)
    tape.call("multiply", normal, dnormal, out=product)
    tape.call("sum", product, axis=axis, out=along)
    tape.call("sum", dnormal, axis=axis, out=total)
    tape.call("multiply", along, fraction, out=along)
    tape.call("multiply", total, fraction, out=total)
    tape.call("subtract", dnormal, total, out=dnormal)
    tape.call("multiply", normal, along, out=product)
    tape.call("subtract", dnormal, product, out=dnormal)
    tape.call("multiply", dnormal, inverse, out=dnormal)


@dataclass(frozen=True)
class BatchNormalization(Normalization):
    """Normalizes each channel over the mini-batch (Ioffe and Szegedy 2015, algorithms 1 and 2).

    For images the mean and variance are over all pixels too. Training normalizes with the mean
    and the biased variance of the mini-batch. It updates running averages, r ← m r + (1 − m)
    batch, with the unbiased variance. Prediction and frozen layers use the running averages.
    The momentum m is Keras' momentum; PyTorch's is 1 − m.
    """

    kind: ClassVar[str] = "batch_normalization"
    whole_batch = True

    momentum: Annotated[float, Range(min=0, below=1), "Momentum m of the running averages."] = 0.9
    epsilon: Epsilon = 1e-5
    trainable: Annotated[bool, "Whether training changes the layer."] = True

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        return (
            *super().declare(input_shape),
            self._row("running_mean", 0.0, input_shape, trainable=False),
            self._row("running_variance", 1.0, input_shape, trainable=False),
        )

    def least_batch(self, input_shape: Shape) -> int:
        """Return 2 if a sample has one number per channel: alone it equals its mean."""
        return 2 if self.trainable and prod(input_shape[:-1]) == 1 else 1

    def record(self, tape: Tape, x: Array) -> Recording:
        rows = view(x, (x.shape[0], -1))
        y, normal = tape.buffer("y", x.shape), tape.buffer("normal", rows.shape)
        batch = tape.training and self.trainable
        if batch:
            mean, variance, inverse = _record_normal(tape, rows, normal, 1, self.epsilon)
            unbiased = rows.shape[1] / max(rows.shape[1] - 1, 1)
            self._record_running(tape, "running_mean", mean, 1.0)
            self._record_running(tape, "running_variance", variance, unbiased)
        else:
            inverse = self._record_running_normal(tape, rows, normal)
        self._record_output(tape, normal, view(y, rows.shape))
        dy = yield y
        flat = view(dy, rows.shape)
        self._record_grads(tape, normal, flat)
        if batch:
            _record_normal_gradient(tape, normal, inverse, flat, 1)
        else:
            tape.call("multiply", flat, inverse, out=flat)
        yield dy

    def _record_running(self, tape: Tape, name: str, value: Array, factor: float) -> None:
        running, part = tape.array(name).T, tape.temporary(value.shape)
        tape.call("multiply", running, self.momentum, out=running)
        tape.call("multiply", value, factor * (1 - self.momentum), out=part)
        tape.call("add", running, part, out=running)

    def _record_running_normal(self, tape: Tape, rows: Array, normal: Array) -> Array:
        inverse = tape.buffer("inverse", (rows.shape[0], 1))
        tape.call("add", tape.array("running_variance").T, self.epsilon, out=inverse)
        tape.call("sqrt", inverse, out=inverse)
        tape.call("reciprocal", inverse, out=inverse)
        tape.call("subtract", rows, tape.array("running_mean").T, out=normal)
        tape.call("multiply", normal, inverse, out=normal)
        return inverse


@dataclass(frozen=True)
class LayerNormalization(Normalization):
    """Normalizes each sample over all its numbers (Ba et al. 2016, section 3).

    γ and β are per channel. For a vector this is PyTorch's LayerNorm, for an image its GroupNorm
    with one group.
    """

    kind: ClassVar[str] = "layer_normalization"

    epsilon: Epsilon = 1e-5
    trainable: Annotated[bool, "Whether training changes the layer."] = True

    def record(self, tape: Tape, x: Array) -> Recording:
        columns, rows = view(x, (-1, x.shape[-1])), (x.shape[0], x.size // x.shape[0])
        y, normal = tape.buffer("y", x.shape), tape.buffer("normal", columns.shape)
        _, _, inverse = _record_normal(tape, columns, normal, 0, self.epsilon)
        self._record_output(tape, view(normal, rows), view(y, rows))
        dy = yield y
        self._record_grads(tape, view(normal, rows), view(dy, rows))
        _record_normal_gradient(tape, normal, inverse, view(dy, columns.shape), 0)
        yield dy
