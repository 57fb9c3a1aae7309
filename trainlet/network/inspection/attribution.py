"""Attribution: what each input of a point does to one output."""

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
    """C = Σ t y: with t 1 at one output of each sample and else 0, ∂C/∂y asks for that output."""

    def record(
        self, tape: Tape, y: Array, target: Array, weights: Array | None = None
    ) -> Recording:
        delta = tape.buffer("delta", y.shape)
        yield y
        tape.call("copy", target, out=delta)
        yield delta


def attribute(network: Network, parameters: Array, inputs: Array, units: Array) -> Array:
    """Compute ∂y/∂x for each input of each sample, where y is the sample's output named in `units`.

    Inputs are (n, *input_shape), units (n,) count along the flattened output, the answer is
    (n, *input_shape). Simonyan et al. 2014, section 3; times x it is gradient × input (Shrikumar
    et al. 2016).
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
        raise TypeError("the inputs of a tracing have a gradient")
    return np.array(turn(grad), order="C")
