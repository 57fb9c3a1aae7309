"""Sliding windows of convolutions and poolings.

Images are stored as (channels, height, width, samples), so that the samples of one pixel are
contiguous. Shapes in specs and errors are (height, width, channels).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

import numpy as np

from trainlet.config import Range
from trainlet.errors import FieldError, ValidationError
from trainlet.network.arrays import Array, Shape
from trainlet.network.tape import Tape

Size = Annotated[int, Range(min=1, max=64)]
Padding = Literal["valid", "same"]


@dataclass(frozen=True)
class Windows:
    """Positions of a square window of `size` over `height` × `width`.

    `same` padding adds zeros so that the output is ⌈input / stride⌉ long; an odd zero is added at
    the lower right, as in TensorFlow. With `valid` padding, windows stay inside the image.
    """

    height: int
    width: int
    size: int
    stride: int
    padding: Padding = "valid"
    dilation: int = 1

    @property
    def reach(self) -> int:
        """Height and width of image that one window spans."""
        return (self.size - 1) * self.dilation + 1

    @property
    def output(self) -> tuple[int, int]:
        """Number of windows vertically and horizontally."""
        return self._count(self.height), self._count(self.width)

    @property
    def padded(self) -> tuple[int, int]:
        """Height and width including the padding."""
        return self.height + sum(self._zeros(self.height)), self.width + sum(
            self._zeros(self.width)
        )

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Padding at the top, left, bottom and right."""
        (top, bottom), (left, right) = self._zeros(self.height), self._zeros(self.width)
        return top, left, bottom, right

    @property
    def overlap(self) -> bool:
        """Whether windows overlap."""
        return self.stride < self.reach

    def record_cleared(self, tape: Tape, gradient: Array) -> None:
        """Record zeros for a gradient, unless adjacent windows overwrite all of it."""
        sides = (self.height, self.width)
        if self.stride != self.reach or any(side % self.stride for side in sides):
            tape.call("copy", 0.0, out=gradient)

    def inner(self, padded: Array) -> Array:
        """Return the image without its padding, as a view."""
        top, left = self._zeros(self.height)[0], self._zeros(self.width)[0]
        return padded[:, top : top + self.height, left : left + self.width]

    def offsets(self) -> Iterator[tuple[int, int]]:
        """Yield the offsets within a window, row by row."""
        return ((i, j) for i in range(self.size) for j in range(self.size))

    def view_at(self, padded: Array, i: int, j: int) -> Array:
        """Return the numbers at offset (i, j) of every window (channels, rows, columns, samples).

        The result is a view.
        """
        rows, columns = self.output
        top, left = i * self.dilation, j * self.dilation
        return padded[
            :,
            top : top + (rows - 1) * self.stride + 1 : self.stride,
            left : left + (columns - 1) * self.stride + 1 : self.stride,
        ]

    def columns(self, padded: Array) -> Array:
        """Return every window as a view (size, size, channels, rows, columns, samples)."""
        spans = np.lib.stride_tricks.sliding_window_view(
            padded, (self.reach, self.reach), axis=(1, 2)
        )
        chosen = spans[:, :: self.stride, :: self.stride, :, :: self.dilation, :: self.dilation]
        return chosen.transpose(4, 5, 0, 1, 2, 3)

    def _zeros(self, length: int) -> tuple[int, int]:
        if self.padding == "valid":
            return 0, 0
        total = max((ceil(length / self.stride) - 1) * self.stride + self.reach - length, 0)
        return total // 2, total - total // 2

    def _count(self, length: int) -> int:
        return (length + sum(self._zeros(length)) - self.reach) // self.stride + 1


def image(kind: str, input_shape: Shape) -> tuple[int, int, int]:
    """Return height, width and channels. Raises ValidationError if the shape is not an image's."""
    if len(input_shape) != 3:
        allowed = "an input of height × width × channels"
        raise ValidationError(
            [FieldError((), list(input_shape), allowed, f"{kind} needs {allowed}")]
        )
    height, width, channels = input_shape
    return height, width, channels


def fitting(kind: str, windows: Windows) -> Windows:
    """Return the windows. Raises ValidationError if one spans more than the image."""
    if min(windows.output) < 1:
        actual = [windows.height, windows.width]
        allowed = f"an image of at least {windows.reach} × {windows.reach}"
        raise ValidationError(
            [FieldError((), actual, allowed, f"{kind} needs {allowed}, not {actual}")]
        )
    return windows
