"""Flatten and reshape layers, in the order (height, width, channels)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Annotated, ClassVar

import numpy as np

from trainlet.config import Length, Range
from trainlet.errors import FieldError, ValidationError
from trainlet.network.arrays import Array, Shape, view
from trainlet.network.layers.layer import Layer, Recording
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Flatten(Layer):
    """Flattens an image to a vector, in the order height, width, channels."""

    kind: ClassVar[str] = "flatten"
    reshapes = True

    def output_shape(self, input_shape: Shape) -> Shape:
        return (prod(input_shape),)

    def record(self, tape: Tape, x: Array) -> Recording:
        return _record_reshape(tape, x, (prod(x.shape[:-1]),))


@dataclass(frozen=True)
class Reshape(Layer):
    """Gives a sample another shape with the same number of values, in row-major order."""

    kind: ClassVar[str] = "reshape"
    reshapes = True

    shape: Annotated[
        tuple[Annotated[int, Range(min=1, max=65_536)], ...],
        Length(min=1, max=3),
        "Units, or height, width and channels.",
    ]

    def output_shape(self, input_shape: Shape) -> Shape:
        if prod(input_shape) != prod(self.shape):
            allowed = f"a shape of {prod(input_shape)} numbers, like its input {list(input_shape)}"
            raise ValidationError(
                [FieldError(("shape",), list(self.shape), allowed, f"must be {allowed}")]
            )
        return self.shape

    def record(self, tape: Tape, x: Array) -> Recording:
        return _record_reshape(tape, x, self.shape)


def _record_reshape(tape: Tape, x: Array, shape: Shape) -> Recording:
    """Record `x` as one vector per sample, then in `shape`.

    Both are views if the memory layout allows it. Images stay contiguous, so that later layers
    can view them as channels × pixels.
    """
    samples, folded = x.shape[-1], (shape[-1], *shape[:-1], x.shape[-1])
    source = _channels_last(x)
    row = x if x.ndim == 2 else view(x, (-1, samples))
    if _several_channels(x.shape):
        row = tape.buffer("row", row.shape)
        tape.call("copy", source, out=view(row, source.shape))
    if _several_channels(folded) or (len(folded) > 2 and not row.flags.c_contiguous):
        y = tape.like(row, "y", folded)
        tape.call("copy", view(row, (*shape, samples)), out=_channels_last(y))
    else:
        y = view(row, folded)
    dy = yield y
    gradient = tape.gradient(x)
    if gradient is None:
        yield None
        return
    drow = view(dy, (-1, samples))
    if _several_channels(folded):
        drow = tape.buffer("drow", row.shape)
        tape.call("copy", _channels_last(dy), out=view(drow, (*shape, samples)))
    tape.call("copy", view(drow, source.shape), out=_channels_last(gradient))
    yield gradient


def _channels_last(x: Array) -> Array:
    return np.moveaxis(x, 0, -2)


def _several_channels(shape: Shape) -> bool:
    """Whether the memory order of this shape (samples last) differs from the order users see."""
    return len(shape) > 2 and shape[0] > 1
