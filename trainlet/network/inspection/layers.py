"""The numbers of each layer on the way forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.tape import replay, turn


@dataclass(frozen=True)
class LayerNumbers:
    """What one layer, counted from 0, computes; the samples are the first axis, channels the last.

    A layer with an activation has `z`, its weighted input, and `a`, its activation; one without
    has `y`, what it hands on. On the way back `delta` joins them, the gradient of the cost with
    respect to z or y, and for every array that is trained its gradient: `dC/dw`, `dC/db` and so
    on. `equations` says of each of these which equation gives it.
    """

    index: int
    kind: str
    numbers: Mapping[str, Array]
    equations: Mapping[str, str]


def forward(
    network: Network, parameters: Array, inputs: Array, layers: range | None = None
) -> list[LayerNumbers]:
    """Compute inputs (n, *input_shape) as in prediction and hand out what `layers` computed."""
    own = plan(network, parameters, len(inputs))
    own.inputs[...] = turn(inputs)
    with np.errstate(all="ignore"):
        replay(own.forward)
    return [
        LayerNumbers(index, network.layers[index].kind, outputs(own, network, index), {})
        for index in layers or range(len(network.layers))
    ]


def outputs(own: Plan, network: Network, index: int) -> dict[str, Array]:
    """Look up what a layer computed in a plan whose forward was replayed: views of its buffers."""
    stages = [stage for stage in own.stages if stage.scope == str(index)]
    first, last = (turn(stages[place].output) for place in (0, -1))
    return {"z": first, "a": last} if has_activation(network, index) else {"y": first}


def has_activation(network: Network, index: int) -> bool:
    """Whether a layer has an activation, so that its own output is called z."""
    return getattr(network.layers[index], "activation", None) is not None
