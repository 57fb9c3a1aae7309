"""Reshaping: the same numbers in other axes, in the order users see (height, width, channels)."""

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
    """An image as one row: row by row, in it place by place, in that channel by channel."""

    kind: ClassVar[str] = "flatten"
    reshapes = True

    def output_shape(self, input_shape: Shape) -> Shape:
        return (prod(input_shape),)

    def record(self, tape: Tape, x: Array) -> Recording:
        return _record_reshape(tape, x, (prod(x.shape[:-1]),))


@dataclass(frozen=True)
class Reshape(Layer):
    """A sample in another shape of as many numbers, row by row."""

    kind: ClassVar[str] = "reshape"
    reshapes = True

    shape: Annotated[
        tuple[Annotated[int, Range(min=1, max=65_536)], ...],
        Length(min=1, max=3),
        "Units, or height, width and channels.",
    ]

    def output_shape(self, input_shape: Shape) -> Shape:
        if prod(input_shape) != prod(self.shape):
            allowed = f"a shape of {prod(input_shape)} numbers, as its input {list(input_shape)}"
            raise ValidationError(
                [FieldError(("shape",), list(self.shape), allowed, f"must be {allowed}")]
            )
        return self.shape

    def record(self, tape: Tape, x: Array) -> Recording:
        return _record_reshape(tape, x, self.shape)


def _record_reshape(tape: Tape, x: Array, shape: Shape) -> Recording:
    """Record `x` as one row per sample, then in `shape`.

    Each is a view where the memory layout allows it. An image is contiguous, so that later layers
    can view it as channels × places.
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
    """Whether an array of this shape, samples last, lies in memory otherwise than users see it."""
    return len(shape) > 2 and shape[0] > 1
