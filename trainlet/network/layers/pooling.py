"""Pooling: one number for each window of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.arrays import Array, Shape
from trainlet.network.layers.layer import Layer, Recording
from trainlet.network.layers.windows import Size, Windows, fitting, image
from trainlet.network.tape import Tape

Stride = Annotated[int, Range(min=1, max=64)]


class Pooling(Layer):
    """What the poolings have in common: a window that never leaves the image."""

    pool_size: int
    stride: int | None

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, channels = image(self.kind, input_shape)
        return (*fitting(self.kind, self.windows(height, width)).output, channels)

    def windows(self, height: int, width: int) -> Windows:
        """Place the windows: next to each other unless a stride says otherwise."""
        return Windows(height, width, self.pool_size, self.stride or self.pool_size)


def _record_reduced(tape: Tape, x: Array, windows: Windows, operation: str) -> Array:
    """Record y = the numbers of each window, reduced by an operation of two."""
    so_far, *others = (windows.view_at(x, i, j) for i, j in windows.places())
    y = tape.buffer("y", so_far.shape)
    if not others:
        tape.call("copy", so_far, out=y)
    for window in others:
        tape.call(operation, so_far, window, out=y)
        so_far = y
    return y


def _record_share(tape: Tape, share: Array, windows: Windows, place: Array) -> None:
    """Record a share of the gradient for one place of every window."""
    if windows.overlap:
        tape.call("add", place, share, out=place)
    else:
        tape.call("copy", share, out=place)


@dataclass(frozen=True)
class MaxPooling(Pooling):
    """y = the largest number of a window; its gradient goes to the first of equal ones, by rows."""

    kind: ClassVar[str] = "max_pool2d"
    keeps_range = True

    pool_size: Annotated[Size, "Height and width of a window."] = 2
    stride: Annotated[Stride | None, "Distance between windows; null: the pool size."] = None

    def record(self, tape: Tape, x: Array) -> Recording:
        windows = self.windows(*x.shape[1:3])
        y = _record_reduced(tape, x, windows, "maximum")
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            windows.record_cleared(tape, gradient)
            chosen = tape.temporary(y.shape)
            *places, last = windows.places()
            for i, j in places:
                place = windows.view_at(gradient, i, j)
                share = chosen if windows.overlap else place
                tape.call("equal", windows.view_at(x, i, j), y, out=chosen)
                tape.call("multiply", chosen, dy, out=share)
                tape.call("subtract", dy, share, out=dy)
                if windows.overlap:
                    tape.call("add", place, share, out=place)
            # What none of the others has taken is the last one's.
            _record_share(tape, dy, windows, windows.view_at(gradient, *last))
        yield gradient


@dataclass(frozen=True)
class AveragePooling(Pooling):
    """y = the mean of a window; each of its numbers gets an equal share of the gradient."""

    kind: ClassVar[str] = "average_pool2d"
    keeps_range = True

    pool_size: Annotated[Size, "Height and width of a window."] = 2
    stride: Annotated[Stride | None, "Distance between windows; null: the pool size."] = None

    def record(self, tape: Tape, x: Array) -> Recording:
        windows = self.windows(*x.shape[1:3])
        y = _record_reduced(tape, x, windows, "add")
        tape.call("multiply", y, self.pool_size**-2, out=y)
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            tape.call("multiply", dy, self.pool_size**-2, out=dy)
            windows.record_cleared(tape, gradient)
            for i, j in windows.places():
                _record_share(tape, dy, windows, windows.view_at(gradient, i, j))
        yield gradient


@dataclass(frozen=True)
class GlobalAveragePooling(Layer):
    """y = the mean of each channel (Lin et al. 2014, section 3.2): an image becomes a row."""

    kind: ClassVar[str] = "global_average_pool2d"
    keeps_range = True

    def output_shape(self, input_shape: Shape) -> Shape:
        _, _, channels = image(self.kind, input_shape)
        return (channels,)

    def record(self, tape: Tape, x: Array) -> Recording:
        channels, height, width, samples = x.shape
        share = 1 / (height * width)
        y = tape.buffer("y", (channels, samples))
        tape.call("sum", x, axis=(1, 2), out=y)
        tape.call("multiply", y, share, out=y)
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            tape.call("multiply", dy[:, None, None], share, out=gradient)
        yield gradient
