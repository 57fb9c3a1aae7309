"""Loss and metrics on held-out data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.blocks import fitting
from trainlet.network.decision import Decision
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.rows import RowSource
from trainlet.network.rows import block as read
from trainlet.network.tape import replay, turn

BLOCK_SAMPLES = 256
"""Maximum number of samples per block; large samples use smaller blocks."""


class Evaluate(Protocol):
    """A function that returns loss and metrics and optionally stores the outputs."""

    def __call__(
        self, inputs: Array | RowSource, targets: Array, outputs: Array | None = None
    ) -> dict[str, float]: ...


def evaluator(
    network: Network,
    parameters: Array,
    loss: Loss,
    metrics: Iterable[Metric] = (),
    scale: Array | None = None,
    decision: Decision | None = None,
) -> Evaluate:
    """Return a function of inputs and targets, (samples, …), that returns loss and metrics.

    It reads the parameters at each call and plans each block size once. The loss is summed in
    float64 over blocks of samples. Metrics compare outputs and targets multiplied by `scale`
    (units,); the loss does not. `decision` defines the labels; by default it is the network's.
    """
    rule = network.decision if decision is None else decision
    plans: dict[int, Plan] = {}
    size = fitting(network, BLOCK_SAMPLES)

    def evaluate(
        inputs: Array | RowSource, targets: Array, outputs: Array | None = None
    ) -> dict[str, float]:
        outputs = np.empty(targets.shape, network.dtype) if outputs is None else outputs
        total = 0.0
        for start in range(0, len(inputs), size):
            block = slice(start, min(start + size, len(inputs)))
            samples = block.stop - block.start
            if samples not in plans:
                plans[samples] = plan(network, parameters, samples, loss)
            own = plans[samples]
            own.inputs[...] = turn(read(inputs, start, block.stop))
            own.targets[...] = turn(targets[block])
            with np.errstate(all="ignore"):
                replay(own.forward)
            outputs[block] = turn(own.outputs)
            total += own.loss.item() * samples
        rows, wanted = outputs.reshape(len(outputs), -1), targets.reshape(len(targets), -1)
        if scale is not None:
            rows, wanted = rows * scale, wanted * scale
        return {"loss": total / len(inputs)} | {
            metric.name: metric.value(rows, wanted, rule) for metric in metrics
        }

    return evaluate
