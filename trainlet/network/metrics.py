"""Metrics: how good outputs are, beyond the loss."""

from __future__ import annotations

import numpy as np

from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.planning import plan
from trainlet.network.tape import Array, replay, turn

BLOCK = 256


def accuracy(outputs: Array, targets: Array, threshold: float = 0.5) -> float:
    """Share of samples answered rightly; both arrays are (samples, units).

    Several units: the largest output must be the largest target. One unit: output and target
    must lie on the same side of `threshold`.
    """
    if outputs.shape[1] == 1:
        return float(np.mean((outputs > threshold) == (targets > threshold)))
    return float(np.mean(outputs.argmax(axis=1) == targets.argmax(axis=1)))


def evaluate(
    network: Network,
    parameters: Array,
    inputs: Array,
    targets: Array,
    loss: Loss,
    classification: bool = False,
) -> dict[str, float]:
    """Compute the loss, and for classification the accuracy, over (samples, …) arrays.

    The loss is summed in float64 over blocks of samples.
    """
    outputs = np.empty(targets.shape, network.dtype)
    total = 0.0
    for start in range(0, len(inputs), BLOCK):
        block = slice(start, min(start + BLOCK, len(inputs)))
        samples = block.stop - block.start
        if start == 0 or samples < BLOCK:
            own = plan(network, parameters, samples, loss)
        own.inputs[...] = turn(inputs[block])
        own.targets[...] = turn(targets[block])
        with np.errstate(all="ignore"):
            replay(own.forward)
        outputs[block] = turn(own.outputs)
        total += own.loss.item() * samples
    found = {"loss": total / len(inputs)}
    if classification:
        found["accuracy"] = accuracy(outputs, targets, network.threshold)
    return found
