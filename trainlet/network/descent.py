"""Descents: gradients that are subtracted where they are computed."""

from __future__ import annotations

from dataclasses import dataclass

from trainlet.network.arrays import Array
from trainlet.network.operations import OPERATIONS, Call


@dataclass(frozen=True)
class Descent:
    """A product a·b, the gradient of a named array of parameters, whose place is `grad`.

    To compute it there and subtract it afterwards takes two passes over memory more than to
    subtract it at once, array ← array − a·b.
    """

    name: str
    array: Array
    grad: Array
    a: Array
    b: Array

    def stored(self) -> Call:
        """The call that stores the gradient after all, for those who look at it."""
        return OPERATIONS["dot"]((self.a, self.b), self.grad, None)
