"""Activation as a separate layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.network.activations import Activation
from trainlet.network.arrays import Array
from trainlet.network.layers.layer import Layer, Recording
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class ActivationLayer(Layer):
    """y = σ(x), for an activation after a normalization, for example."""

    kind: ClassVar[str] = "activation"

    activation: Annotated[Activation, "Function applied to each number."]

    def record(self, tape: Tape, x: Array) -> Recording:
        dx = yield x
        yield dx
