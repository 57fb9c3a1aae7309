"""Base class of the activation functions."""

from __future__ import annotations

from collections.abc import Generator

from trainlet.config import Configuration
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape

Recording = Generator[Array, Array, None]
"""Generator: forward calls, `gradient = yield a`, backward calls in place, `yield gradient`."""


class Activation(Configuration, family=True):
    """A function a = σ(z)."""

    def record(self, tape: Tape, z: Array) -> Recording:
        """Record a = σ(z), then, from the ∂C/∂a sent in, ∂C/∂z."""
        raise NotImplementedError
