"""A single training step: parameters before, gradients, update and parameters after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.batches import Data
from trainlet.network.evaluation import evaluator
from trainlet.network.inspection.backward import Backpropagation, backpropagate
from trainlet.network.loop import fit
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.state import first_state
from trainlet.network.training import Training


@dataclass(frozen=True)
class Step:
    """One step, with arrays named as in the model: `0.weight` (inputs × units), `0.bias`.

    `update` is after − before. `cost_after` is the cost of the same samples with the new
    parameters, as in prediction.
    """

    before: Mapping[str, Array]
    backward: Backpropagation
    update: Mapping[str, Array]
    after: Mapping[str, Array]
    cost_after: float


def one_step(network: Network, inputs: Array, targets: Array, training: Training) -> Step:
    """Take the first step of a training with all samples as one mini-batch.

    Raises:
        DivergenceError: the cost or a parameter after the step is not finite.

    """
    if isinstance(training.loss, str):
        raise TypeError("the loss must be resolved before training")
    whole = replace(training, epochs=1, batch_size=len(inputs), shuffle=False, metrics=())
    state = first_state(network, whole)
    before = network.arrays(state.parameters)
    generator = np.random.Generator(np.random.PCG64())
    generator.bit_generator.state = state.generator.bit_generator.state
    backward = backpropagate(network, state.parameters, inputs, targets, training.loss, generator)
    end = fit(network, Data(inputs, targets), whole)
    after = network.arrays(end.parameters)
    update = {name: after[name] - before[name] for name in before}
    return Step(
        before,
        backward,
        update,
        after,
        _cost(network, end.parameters, inputs, targets, training.loss),
    )


def _cost(network: Network, parameters: Array, inputs: Array, targets: Array, loss: Loss) -> float:
    return evaluator(network, parameters, loss)(inputs, targets)["loss"]
