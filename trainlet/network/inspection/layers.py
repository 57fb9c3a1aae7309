"""Forward pass: weighted inputs and activations of each layer."""

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
    """Numbers of one layer, counted from 0; samples are the first axis, channels the last.

    A layer with an activation has `z`, its weighted input, and `a`, its activation. A layer
    without one has `y`, its output. The backward pass adds `delta`, the gradient of the cost with
    respect to z or y, and the gradient of every trained array: `dC/dw`, `dC/db` and so on.
    `equations` maps each of these to the equation that gives it.
    """

    index: int
    kind: str
    numbers: Mapping[str, Array]
    equations: Mapping[str, str]


def forward(
    network: Network, parameters: Array, inputs: Array, layers: range | None = None
) -> list[LayerNumbers]:
    """Run a forward pass of inputs (n, *input_shape) and return the numbers of `layers`."""
    own = plan(network, parameters, len(inputs))
    own.inputs[...] = turn(inputs)
    with np.errstate(all="ignore"):
        replay(own.forward)
    return [
        LayerNumbers(index, network.layers[index].kind, outputs(own, network, index), {})
        for index in layers or range(len(network.layers))
    ]


def outputs(own: Plan, network: Network, index: int) -> dict[str, Array]:
    """Return a layer's numbers after a forward pass of the plan, as views of its buffers."""
    stages = [stage for stage in own.stages if stage.scope == str(index)]
    first, last = (turn(stages[place].output) for place in (0, -1))
    return {"z": first, "a": last} if has_activation(network, index) else {"y": first}


def has_activation(network: Network, index: int) -> bool:
    """Return whether a layer has an activation, so that its weighted input is called z."""
    return getattr(network.layers[index], "activation", None) is not None
