"""Max, average and global average pooling."""

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
    """Base class of the poolings, whose windows stay inside the image."""

    pool_size: int
    stride: int | None

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, channels = image(self.kind, input_shape)
        return (*fitting(self.kind, self.windows(height, width)).output, channels)

    def windows(self, height: int, width: int) -> Windows:
        """Return the windows, which are adjacent unless there is a stride."""
        return Windows(height, width, self.pool_size, self.stride or self.pool_size)


def _record_reduced(tape: Tape, x: Array, windows: Windows, operation: str) -> Array:
    """Record y = the numbers of each window, reduced by a binary operation."""
    so_far, *others = (windows.view_at(x, i, j) for i, j in windows.offsets())
    y = tape.buffer("y", so_far.shape)
    if not others:
        tape.call("copy", so_far, out=y)
    for window in others:
        tape.call(operation, so_far, window, out=y)
        so_far = y
    return y


def _record_gradient(tape: Tape, gradient: Array, windows: Windows, target: Array) -> None:
    """Record the gradient of one offset of every window, into the view `target`."""
    if windows.overlap:
        tape.call("add", target, gradient, out=target)
    else:
        tape.call("copy", gradient, out=target)


@dataclass(frozen=True)
class MaxPooling(Pooling):
    """y = the maximum of a window; among equal numbers the first one gets the gradient."""

    kind: ClassVar[str] = "max_pool2d"
    keeps_range = True

    pool_size: Annotated[Size, "Height and width of a window in pixels."] = 2
    stride: Annotated[Stride | None, "Distance between windows in pixels; null: the pool size."] = (
        None
    )

    def record(self, tape: Tape, x: Array) -> Recording:
        windows = self.windows(*x.shape[1:3])
        y = _record_reduced(tape, x, windows, "maximum")
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            windows.record_cleared(tape, gradient)
            chosen = tape.temporary(y.shape)
            *offsets, last = windows.offsets()
            for i, j in offsets:
                target = windows.view_at(gradient, i, j)
                part = chosen if windows.overlap else target
                tape.call("equal", windows.view_at(x, i, j), y, out=chosen)
                tape.call("multiply", chosen, dy, out=part)
                tape.call("subtract", dy, part, out=dy)
                if windows.overlap:
                    tape.call("add", target, part, out=target)
            # The last offset gets the gradient that no other offset took.
            _record_gradient(tape, dy, windows, windows.view_at(gradient, *last))
        yield gradient


@dataclass(frozen=True)
class AveragePooling(Pooling):
    """y = the mean of a window; the gradient is distributed equally over its numbers."""

    kind: ClassVar[str] = "average_pool2d"
    keeps_range = True

    pool_size: Annotated[Size, "Height and width of a window in pixels."] = 2
    stride: Annotated[Stride | None, "Distance between windows in pixels; null: the pool size."] = (
        None
    )

    def record(self, tape: Tape, x: Array) -> Recording:
        windows = self.windows(*x.shape[1:3])
        y = _record_reduced(tape, x, windows, "add")
        tape.call("multiply", y, self.pool_size**-2, out=y)
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            tape.call("multiply", dy, self.pool_size**-2, out=dy)
            windows.record_cleared(tape, gradient)
            for i, j in windows.offsets():
                _record_gradient(tape, dy, windows, windows.view_at(gradient, i, j))
        yield gradient


@dataclass(frozen=True)
class GlobalAveragePooling(Layer):
    """y = the mean of each channel (Lin et al. 2014, section 3.2), a vector per image."""

    kind: ClassVar[str] = "global_average_pool2d"
    keeps_range = True

    def output_shape(self, input_shape: Shape) -> Shape:
        _, _, channels = image(self.kind, input_shape)
        return (channels,)

    def record(self, tape: Tape, x: Array) -> Recording:
        channels, height, width, samples = x.shape
        fraction = 1 / (height * width)
        y = tape.buffer("y", (channels, samples))
        tape.call("sum", x, axis=(1, 2), out=y)
        tape.call("multiply", y, fraction, out=y)
        dy = yield y
        gradient = tape.gradient(x)
        if gradient is not None:
            tape.call("multiply", dy[:, None, None], fraction, out=gradient)
        yield gradient
