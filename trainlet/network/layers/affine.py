"""Affine map z = Wᵀx + b of dense layers and convolutions."""

from __future__ import annotations

from typing import Protocol

from trainlet.network.arrays import Array, Shape
from trainlet.network.initializers import Initializer
from trainlet.network.layers.layer import Declaration, Part, Recording
from trainlet.network.tape import Tape


class Affine(Protocol):
    """A layer with weights and optional biases."""

    @property
    def use_bias(self) -> bool: ...
    @property
    def trainable(self) -> bool: ...
    @property
    def trainable_bias(self) -> bool: ...
    @property
    def weight_initializer(self) -> Initializer: ...
    @property
    def bias_initializer(self) -> Initializer: ...


def declare_affine(
    layer: Affine, shape: Shape, fan_in: int, fan_out: int
) -> tuple[Declaration, ...]:
    """Declare weights of `shape`, whose last axis is the outputs, and one bias per output.

    If both are trained or both are frozen, they are one array whose last row is the bias.
    """
    weight = Part("weight", shape, layer.weight_initializer, fan_in, fan_out)
    bias = Part("bias", shape[-1:], layer.bias_initializer, fan_in, fan_out)
    if not layer.use_bias:
        return (Declaration("weight", layer.trainable, (weight,)),)
    if _joined(layer):
        return (Declaration("affine", layer.trainable, (weight, bias)),)
    return (
        Declaration("weight", trainable=True, parts=(weight,)),
        Declaration("bias", trainable=False, parts=(bias,)),
    )


def record_affine(layer: Affine, tape: Tape, x: Array, z: Array, dx: Array | None) -> Recording:
    """Record z = Wᵀx + b, then, from δ = ∂C/∂z, ∂C/∂W = x δᵀ, ∂C/∂b = Σ δ and ∂C/∂x = W δ.

    x is (inputs, samples), z (outputs, samples), both contiguous. The backward pass fills dx
    unless it is None. Nielsen 2015, chapter 2, equations BP1 to BP4.
    """
    name = "affine" if layer.use_bias and _joined(layer) else "weight"
    matrix, entering = tape.array(name), tape.with_ones(x) if name == "affine" else tape.packed(x)
    tape.call("dot", matrix.T, entering, out=z)
    if layer.use_bias and not _joined(layer):
        tape.call("add", z, tape.array("bias").T, out=z)
    delta = yield z
    tape.product(name, entering, delta.T)
    if dx is not None:
        tape.call("dot", matrix[: x.shape[0]], delta, out=dx)
    yield dx


def _joined(layer: Affine) -> bool:
    return layer.trainable_bias or not layer.trainable
