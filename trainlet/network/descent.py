"""Gradients that are subtracted from the parameters as they are computed."""

from __future__ import annotations

from dataclasses import dataclass

from trainlet.network.arrays import Array
from trainlet.network.operations import OPERATIONS, Call


@dataclass(frozen=True)
class Descent:
    """A product a·b, the gradient of a named array of parameters, whose buffer is `grad`.

    Storing the gradient and subtracting it later takes two more passes over memory than the
    direct update, array ← array − a·b.
    """

    name: str
    array: Array
    grad: Array
    a: Array
    b: Array

    def stored(self) -> Call:
        """Return the call that stores the gradient, for inspection."""
        return OPERATIONS["dot"]((self.a, self.b), self.grad, None)
