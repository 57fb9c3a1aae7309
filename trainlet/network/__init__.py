"""Neural networks from scratch, with NumPy and the standard library only.

    from trainlet.network import Data, Network, Training, fit, predictor
    from trainlet.network.activations import Sigmoid, Tanh
    from trainlet.network.layers import Dense
    from trainlet.network.losses import BinaryCrossEntropy
    from trainlet.network.optimizers import Adam

    network = Network((Dense(16, Tanh()), Dense(1, Sigmoid())), input_shape=(2,))
    training = Training(epochs=100, loss=BinaryCrossEntropy(), optimizer=Adam(), seed=1)
    state = fit(network, Data(inputs, targets), training)
    predict = predictor(network, state.parameters)
    outputs = predict(points)

`activations`, `initializers`, `layers`, `losses`, `metrics`, `optimizers`, `regularizers` and
`schedules` contain the components, as in Keras. This package contains the other public names.
"""

from trainlet.network.batches import Data
from trainlet.network.decision import Decision
from trainlet.network.diagnostics import Finding
from trainlet.network.early_stopping import EarlyStopping, StopAt
from trainlet.network.evaluation import evaluator
from trainlet.network.fork import fork, with_weights
from trainlet.network.loop import fit, train
from trainlet.network.network import Network
from trainlet.network.planning import Plan, plan
from trainlet.network.prediction import BLOCK, predictor, workspace
from trainlet.network.repeats import Repeats, first_repeats, train_repeats
from trainlet.network.state import State, first_state
from trainlet.network.step_timer import StepTimer
from trainlet.network.tape import Tape, replay
from trainlet.network.training import Recording, Training
from trainlet.network.updates import Learning

__all__ = [
    "BLOCK",
    "Data",
    "Decision",
    "EarlyStopping",
    "Finding",
    "Learning",
    "Network",
    "Plan",
    "Recording",
    "Repeats",
    "State",
    "StepTimer",
    "StopAt",
    "Tape",
    "Training",
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
