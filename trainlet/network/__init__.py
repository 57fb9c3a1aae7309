"""Neural networks from scratch: numpy and the standard library, nothing else.

network = Network((Dense(16, Tanh()), Dense(1, Sigmoid())), input_shape=(2,))
training = Training(epochs=100, loss=BinaryCrossEntropy(), optimizer=Adam(), seed=1)
state = fit(network, Data(inputs, targets), training)
predict = predictor(network, state.parameters)
outputs = predict(points)
"""

from trainlet.network.activations import (
    Activation,
    Elu,
    Gelu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from trainlet.network.initializers import (
    Constant,
    GlorotUniform,
    Initializer,
    Normal,
    Uniform,
    Values,
    Zeros,
)
from trainlet.network.layers import (
    ActivationLayer,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
    Reshape,
)
from trainlet.network.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    HalfSquaredError,
    Loss,
    MeanSquaredError,
)
from trainlet.network.metrics import accuracy, evaluate
from trainlet.network.network import Network
from trainlet.network.optimizers import Adam, Optimizer, Sgd
from trainlet.network.planning import Learning, Plan, plan
from trainlet.network.prediction import predictor
from trainlet.network.schedules import ConstantSchedule, LinearSchedule, Schedule
from trainlet.network.state import State, first_state
from trainlet.network.tape import Tape, replay
from trainlet.network.training import Data, Training, fit, total_steps, train

__all__ = [
    "Activation",
    "ActivationLayer",
    "Adam",
    "AveragePooling",
    "BatchNormalization",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Constant",
    "ConstantSchedule",
    "Convolution",
    "Data",
    "Dense",
    "Dropout",
    "Elu",
    "Flatten",
    "Gelu",
    "GlobalAveragePooling",
    "GlorotUniform",
    "HalfSquaredError",
    "Initializer",
    "Layer",
    "LayerNormalization",
    "LeakyRelu",
    "Learning",
    "Linear",
    "LinearSchedule",
    "Loss",
    "MaxPooling",
    "MeanSquaredError",
    "Network",
    "Normal",
    "Optimizer",
    "Plan",
    "Relu",
    "Reshape",
    "Schedule",
    "Selu",
    "Sgd",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "State",
    "Tanh",
    "Tape",
    "Training",
    "Uniform",
    "Values",
    "Zeros",
    "accuracy",
    "evaluate",
    "first_state",
    "fit",
    "plan",
    "predictor",
    "replay",
    "total_steps",
    "train",
]
