"""Feature attribution: gradients of an output with respect to the inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.losses import Loss, Recording
from trainlet.network.network import Network
from trainlet.network.planning import Tracing, plan
from trainlet.network.tape import Tape, replay, turn


@dataclass(frozen=True)
class _Choice(Loss):
    """C = Σ t y, where t is 1 at the chosen output of each sample and 0 elsewhere."""

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        delta = tape.buffer("delta", y.shape)
        yield y
        tape.call("copy", target, out=delta)
        yield delta


def attribute(network: Network, parameters: Array, inputs: Array, units: Array) -> Array:
    """Return ∂y/∂x for each input of each sample, where `units` selects the sample's output y.

    Inputs are (n, *input_shape), units (n,) are indices of the flattened output, gradients are
    (n, *input_shape). Simonyan et al. 2014, section 3; multiplied by x this is gradient × input
    (Shrikumar et al. 2016).
    """
    gradient = np.zeros(network.trainable_count, network.dtype)
    tracing = Tracing(gradient, inputs=True)
    own = plan(network, parameters.copy(), len(inputs), _Choice(), tracing)
    targets = np.zeros((len(inputs), *network.output_shape), network.dtype)
    targets.reshape(len(inputs), -1)[np.arange(len(inputs)), units] = 1
    own.inputs[...], own.targets[...] = turn(inputs), turn(targets)
    with np.errstate(all="ignore"):
        replay(own.forward)
        replay(own.backward)
    grad = own.stages[0].grad
    if grad is None:
        raise TypeError("the plan was recorded without a gradient of the inputs")
    return np.array(turn(grad), order="C")
