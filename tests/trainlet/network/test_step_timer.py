"""The step timer runs training steps without changing the state."""

from __future__ import annotations

import numpy as np

from trainlet.network import Data, EarlyStopping, Network, Recording, StepTimer, Training
from trainlet.network.activations import Sigmoid, Tanh
from trainlet.network.layers import Dense
from trainlet.network.losses import BinaryCrossEntropy
from trainlet.network.optimizers import Sgd

NETWORK = Network((Dense(30, Tanh()), Dense(1, Sigmoid())), (5,))
SAMPLES = Data(np.ones((24, 5), np.float32), np.ones((24, 1), np.float32))


def test_it_steps_without_end_and_without_diverging() -> None:
    training = Training(1, batch_size=8, loss=BinaryCrossEntropy(), optimizer=Sgd(1000.0))
    run = StepTimer(NETWORK, SAMPLES, training)
    steps = run.steps()
    for _ in range(100):
        next(steps)
    assert run.batch_bytes > 8 * 30 * 4


def test_epochs_end_as_they_do_in_training() -> None:
    training = Training(
        2,
        batch_size=8,
        loss=BinaryCrossEntropy(),
        early_stopping=EarlyStopping("validation_loss", patience=1),
        record=Recording(diagnostics=True),
    )
    run = StepTimer(NETWORK, SAMPLES, training, SAMPLES)
    for _ in range(4):
        run.finish_epoch()
    fewer = Data(np.ones((16, 5), np.float32), np.ones((16, 1), np.float32))
    few = StepTimer(NETWORK, fewer, training, SAMPLES)
    assert few.constant_bytes < run.constant_bytes
