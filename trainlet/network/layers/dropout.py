"""Dropout layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.arrays import Array
from trainlet.network.layers.layer import Layer, Recording
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Dropout(Layer):
    """In training, y = x m / (1 − p), with each m 0 with probability p, else 1; otherwise y = x.

    Srivastava et al. 2014, section 4. Training scales the outputs, so that prediction need not
    (inverted dropout).
    """

    kind: ClassVar[str] = "dropout"
    keeps_range = True

    rate: Annotated[float, Range(min=0, below=1), "Fraction p of units dropped."] = 0.5

    def record(self, tape: Tape, x: Array) -> Recording:
        if tape.generator is None:
            dx = yield x
            yield dx
            return
        y, mask = tape.buffer("y", x.shape), tape.buffer("mask", x.shape)
        tape.call("random", tape.generator, out=mask)
        tape.call("greater_equal", mask, self.rate, out=mask)
        tape.call("multiply", mask, 1 / (1 - self.rate), out=mask)
        tape.call("multiply", x, mask, out=y)
        dy = yield y
        tape.call("multiply", dy, mask, out=dy)
        yield dy
