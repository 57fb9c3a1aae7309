"""Activations: functions applied to a layer's weighted input, with their derivatives.

Each records itself on a tape: `z` has the units first and the samples last, and the gradient
that comes back for the output is turned, in place, into the gradient for z.
"""

from trainlet.network.activations.activation import Activation
from trainlet.network.activations.exponential import Elu, Selu
from trainlet.network.activations.linear import Linear
from trainlet.network.activations.rectified import LeakyRelu, Relu
from trainlet.network.activations.sigmoid import Sigmoid, Tanh
from trainlet.network.activations.smooth import Gelu, Silu, Softplus
from trainlet.network.activations.softmax import Softmax

__all__ = [
    "Activation",
    "Elu",
    "Gelu",
    "LeakyRelu",
    "Linear",
    "Relu",
    "Selu",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "Tanh",
]
