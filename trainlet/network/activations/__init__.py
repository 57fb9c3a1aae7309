"""Activation functions and their derivatives.

Each activation records itself on a tape. The weighted input `z` is (units, …, samples). The
backward pass turns ∂C/∂a into ∂C/∂z in place.
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
