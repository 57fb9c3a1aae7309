"""Windows: how a kernel or pool slides over an image.

Images lie as (channels, height, width, samples), so that the samples of one place are one run
of memory. Shapes that users see are (height, width, channels).
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
    """The places of a square window of `size` over `height` × `width`.

    With `same` padding zeros are added so that the output is ⌈input / stride⌉ long; an odd one
    goes to the lower right, as in TensorFlow. With `valid` padding windows stay inside.
    """

    height: int
    width: int
    size: int
    stride: int
    padding: Padding = "valid"
    dilation: int = 1

    @property
    def reach(self) -> int:
        """Length of image that one window spans."""
        return (self.size - 1) * self.dilation + 1

    @property
    def output(self) -> tuple[int, int]:
        """Rows and columns of windows."""
        return self._count(self.height), self._count(self.width)

    @property
    def padded(self) -> tuple[int, int]:
        """Height and width with the zeros around."""
        return self.height + sum(self._zeros(self.height)), self.width + sum(
            self._zeros(self.width)
        )

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Rows and columns of zeros on the top, the left, the bottom and the right."""
        (top, bottom), (left, right) = self._zeros(self.height), self._zeros(self.width)
        return top, left, bottom, right

    @property
    def overlap(self) -> bool:
        """Whether two windows can see the same place."""
        return self.stride < self.reach

    def record_cleared(self, tape: Tape, gradient: Array) -> None:
        """Record zeros for a gradient, unless windows side by side will fill all of it."""
        sides = (self.height, self.width)
        if self.stride != self.reach or any(side % self.stride for side in sides):
            tape.call("copy", 0.0, out=gradient)

    def inner(self, padded: Array) -> Array:
        """Cut the image out of its padding, as a view."""
        top, left = self._zeros(self.height)[0], self._zeros(self.width)[0]
        return padded[:, top : top + self.height, left : left + self.width]

    def places(self) -> Iterator[tuple[int, int]]:
        """Offsets within a window, row by row."""
        return ((i, j) for i in range(self.size) for j in range(self.size))

    def view_at(self, padded: Array, i: int, j: int) -> Array:
        """What every window sees at offset (i, j): a view (channels, rows, columns, samples)."""
        rows, columns = self.output
        top, left = i * self.dilation, j * self.dilation
        return padded[
            :,
            top : top + (rows - 1) * self.stride + 1 : self.stride,
            left : left + (columns - 1) * self.stride + 1 : self.stride,
        ]

    def columns(self, padded: Array) -> Array:
        """Every window as a view (size, size, channels, rows, columns, samples)."""
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
    """Take a sample's shape for an image. Raises ValidationError if it is none."""
    if len(input_shape) != 3:
        allowed = "an input of height × width × channels"
        raise ValidationError(
            [FieldError((), list(input_shape), allowed, f"{kind} needs {allowed}")]
        )
    height, width, channels = input_shape
    return height, width, channels


def fitting(kind: str, windows: Windows) -> Windows:
    """Refuse a window that spans more than the image. Raises ValidationError."""
    if min(windows.output) < 1:
        actual = [windows.height, windows.width]
        allowed = f"an image of at least {windows.reach} × {windows.reach}"
        raise ValidationError(
            [FieldError((), actual, allowed, f"{kind} needs {allowed}, not {actual}")]
        )
    return windows
