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
from trainlet.network.batches import Data
from trainlet.network.decision import Decision
from trainlet.network.diagnostics import Finding
from trainlet.network.early_stopping import EarlyStopping, StopAt
from trainlet.network.evaluation import evaluator
from trainlet.network.fork import fork, with_weights
from trainlet.network.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    LecunNormal,
    LecunUniform,
    Normal,
    Orthogonal,
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
from trainlet.network.loop import fit, train
from trainlet.network.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    HalfSquaredError,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
)
from trainlet.network.metrics import (
    F1,
    R2,
    AbsoluteError,
    Accuracy,
    Auc,
    Counts,
    Metric,
    Precision,
    Recall,
    TopK,
    areas,
)
from trainlet.network.network import Network
from trainlet.network.optimizers import Adagrad, Adam, AdamW, Optimizer, RmsProp, Sgd
from trainlet.network.planning import Plan, plan
from trainlet.network.prediction import BLOCK, predictor, workspace
from trainlet.network.regularizers import L1, L2, Regularizer
from trainlet.network.repeats import Repeats, first_repeats, train_repeats
from trainlet.network.schedules import (
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    LinearSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmupSchedule,
)
from trainlet.network.state import State, first_state
from trainlet.network.step_timer import StepTimer
from trainlet.network.tape import Tape, replay
from trainlet.network.training import Recording, Training
from trainlet.network.updates import Learning

__all__ = [
    "BLOCK",
    "F1",
    "L1",
    "L2",
    "R2",
    "AbsoluteError",
    "Accuracy",
    "Activation",
    "ActivationLayer",
    "Adagrad",
    "Adam",
    "AdamW",
    "Auc",
    "AveragePooling",
    "BatchNormalization",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Constant",
    "ConstantSchedule",
    "Convolution",
    "CosineSchedule",
    "Counts",
    "Data",
    "Decision",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Elu",
    "ExponentialSchedule",
    "Finding",
    "Flatten",
    "Gelu",
    "GlobalAveragePooling",
    "GlorotNormal",
    "GlorotUniform",
    "HalfSquaredError",
    "HeNormal",
    "HeUniform",
    "Huber",
    "Initializer",
    "Layer",
    "LayerNormalization",
    "LeakyRelu",
    "Learning",
    "LecunNormal",
    "LecunUniform",
    "Linear",
    "LinearSchedule",
    "Loss",
    "MaxPooling",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "Network",
    "Normal",
    "Optimizer",
    "Orthogonal",
    "Plan",
    "PlateauSchedule",
    "Precision",
    "Recall",
    "Recording",
    "Regularizer",
    "Relu",
    "Repeats",
    "Reshape",
    "RmsProp",
    "Schedule",
    "Selu",
    "Sgd",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "State",
    "StepSchedule",
    "StepTimer",
    "StopAt",
    "Tanh",
    "Tape",
    "TopK",
    "Training",
    "Uniform",
    "Values",
    "WarmupSchedule",
    "Zeros",
    "areas",
    "evaluator",
    "first_repeats",
    "first_state",
    "fit",
    "fork",
    "plan",
    "predictor",
    "replay",
    "train",
    "train_repeats",
    "with_weights",
    "workspace",
]
