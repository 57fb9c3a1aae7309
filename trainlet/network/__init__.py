"""Neural networks from scratch: numpy and the standard library, nothing else.

network = Network((Dense(16, Tanh()), Dense(1, Sigmoid())), input_shape=(2,))
training = Training(epochs=100, loss=BinaryCrossEntropy(), optimizer=Adam(), seed=1)
state = fit(network, Data(inputs, targets), training)
predict = predictor(network, state.parameters)
outputs = predict(points)
"""

from trainlet.network.activations import Activation, Linear, Relu, Sigmoid, Softmax, Tanh
from trainlet.network.initializers import (
    Constant,
    GlorotUniform,
    Initializer,
    Normal,
    Uniform,
    Values,
    Zeros,
)
from trainlet.network.layers import Dense, Layer
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
    "Adam",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Constant",
    "ConstantSchedule",
    "Data",
    "Dense",
    "GlorotUniform",
    "HalfSquaredError",
    "Initializer",
    "Layer",
    "Learning",
    "Linear",
    "LinearSchedule",
    "Loss",
    "MeanSquaredError",
    "Network",
    "Normal",
    "Optimizer",
    "Plan",
    "Relu",
    "Schedule",
    "Sgd",
    "Sigmoid",
    "Softmax",
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
