"""An activation as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.network.activations import Activation
from trainlet.network.arrays import Array
from trainlet.network.layers.layer import Layer, Recording
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class ActivationLayer(Layer):
    """y = σ(x): for where something stands between the weighted input and its activation."""

    kind: ClassVar[str] = "activation"

    activation: Annotated[Activation, "Function applied to each number."]

    def record(self, tape: Tape, x: Array) -> Recording:
        dx = yield x
        yield dx
