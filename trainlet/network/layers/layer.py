"""What a layer is: hyperparameters that can tell shapes, declare arrays and record themselves."""

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
"""Forward calls, then `dy = yield y`, backward calls, then `yield dx`."""


@dataclass(frozen=True)
class Part:
    """An array as users see it: its name, shape, first values and fans.

    Its last axis is the columns of the declared array it is stored in; the others, flattened,
    are consecutive rows of it.
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
    """One stored array: parts stacked by rows, trained all or not at all."""

    name: str
    trainable: bool
    parts: tuple[Part, ...]

    @property
    def shape(self) -> Shape:
        return sum(part.rows for part in self.parts), self.parts[0].shape[-1]


class Layer(Configuration, family=True):
    """A layer holds hyperparameters only; its numbers live in arrays and on a tape.

    Shapes here are those of one sample as users see it: (units,) or (height, width, channels).
    On a tape the last of these axes stands first and the samples stand last.
    """

    whole_batch: ClassVar[bool] = False
    """Whether, in training, what becomes of a sample depends on the others of its mini-batch."""

    reshapes: ClassVar[bool] = False
    """Whether its output is its input in another shape."""

    keeps_range: ClassVar[bool] = False
    """Whether a prediction holds numbers of its input, their means or their maxima."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Tell the shape that one sample leaves with. Raises ValidationError if it cannot enter."""
        return input_shape

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        """Declare the arrays that samples of this shape need: by default none."""
        return ()

    def least_batch(self, input_shape: Shape) -> int:
        """Return the fewest samples that a mini-batch in training must have."""
        return 1

    def record(self, tape: Tape, x: Array) -> Recording:
        """Record forward on `x`; after the gradient of the output is sent in, backward."""
        raise NotImplementedError
