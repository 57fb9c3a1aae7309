"""Base class of the layers and the arrays that layers declare."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from trainlet.config import Configuration
from trainlet.network.arrays import Array, Shape
from trainlet.network.initializers import Initializer
from trainlet.network.tape import Tape

Recording = Generator[Array | None, Array, None]
"""Generator: forward calls, then `dy = yield y`, backward calls, then `yield dx`."""


@dataclass(frozen=True)
class Part:
    """An array as users see it: its name, shape, initializer and fans.

    It is stored in consecutive rows of the declared array: its last axis is the columns, its
    other axes, flattened, are the rows.
    """

    name: str
    shape: Shape
    initializer: Initializer
    fan_in: int
    fan_out: int

    @property
    def rows(self) -> int:
        return prod(self.shape[:-1])


@dataclass(frozen=True)
class Declaration:
    """A stored array: parts stacked by rows, either all trained or all frozen."""

    name: str
    trainable: bool
    parts: tuple[Part, ...]

    @property
    def shape(self) -> Shape:
        return sum(part.rows for part in self.parts), self.parts[0].shape[-1]


class Layer(Configuration, family=True):
    """Hyperparameters of a layer; parameters and activations are stored elsewhere.

    Shapes are those of one sample as users see it: (units,) or (height, width, channels). On a
    tape the last of these axes is the first one, and the samples are the last axis.
    """

    whole_batch: ClassVar[bool] = False
    """Whether a sample's output in training depends on the other samples of the mini-batch."""

    reshapes: ClassVar[bool] = False
    """Whether the output is the input in another shape."""

    keeps_range: ClassVar[bool] = False
    """Whether predictions only contain numbers of the input, their means or their maxima."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return a sample's output shape. Raises ValidationError if the input shape is invalid."""
        return input_shape

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        """Return the arrays that the layer needs for samples of this shape; none by default."""
        return ()

    def least_batch(self, input_shape: Shape) -> int:
        """Return the smallest mini-batch that the layer can train on."""
        return 1

    def record(self, tape: Tape, x: Array) -> Recording:
        """Record the forward pass on `x`, then, from the gradient sent in, the backward pass."""
        raise NotImplementedError
