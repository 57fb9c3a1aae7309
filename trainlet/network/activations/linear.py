"""Identity activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trainlet.network.activations.activation import Activation, Recording
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Linear(Activation):
    """a = z, with derivative 1."""

    kind: ClassVar[str] = "linear"

    def record(self, tape: Tape, z: Array) -> Recording:
        gradient = yield z
        yield gradient
