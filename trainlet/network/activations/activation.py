"""What an activation is: a function of the weighted input that records itself."""

from __future__ import annotations

from collections.abc import Generator

from trainlet.config import Configuration
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape

Recording = Generator[Array, Array, None]
"""Forward calls, then `gradient = yield a`, backward calls in place, then `yield gradient`."""


class Activation(Configuration, family=True):
    """A function a = σ(z)."""

    def record(self, tape: Tape, z: Array) -> Recording:
        """Record a = σ(z); after ∂C/∂a is sent in, ∂C/∂z."""
        raise NotImplementedError
