"""Activations, gradients, numerical gradients and single steps, from the tape that trains.

layers = forward(network, parameters, inputs)
backward = backpropagate(network, parameters, inputs, targets, loss)
differences = central_differences(network, parameters, inputs, targets, loss)
step = one_step(network, inputs, targets, training)
"""

from trainlet.network.inspection.attribution import attribute
from trainlet.network.inspection.backward import Backpropagation, backpropagate
from trainlet.network.inspection.differences import (
    Difference,
    central_differences,
    multiplications,
)
from trainlet.network.inspection.layers import LayerNumbers, forward
from trainlet.network.inspection.step import Step, one_step

__all__ = [
    "Backpropagation",
    "Difference",
    "LayerNumbers",
    "Step",
    "attribute",
    "backpropagate",
    "central_differences",
    "forward",
    "multiplications",
    "one_step",
]
