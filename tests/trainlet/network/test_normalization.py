from __future__ import annotations

import numpy as np
import pytest

from trainlet.network import Data, Network, Training, fit
from trainlet.network.arrays import Array
from trainlet.network.layers import BatchNormalization
from trainlet.network.losses import MeanSquaredError
from trainlet.network.optimizers import Sgd

TRAINING = Training(1, 64, MeanSquaredError(), Sgd(1e-12))


def running_values(inputs: Array) -> tuple[float, float]:
    """The running mean and variance after one batch, with a momentum of 0.75."""
    network = Network((BatchNormalization(momentum=0.75),), (1,), "float64")
    state = fit(network, Data(inputs, np.zeros_like(inputs)), TRAINING)
    arrays = network.arrays(state.parameters)
    return arrays["0.running_mean"].item(), arrays["0.running_variance"].item()


@pytest.mark.parametrize("values", [[1.0, 4.0], [1.0, 4.0, 4.0], [2.0, -3.0, 0.5, 9.0]])
def test_running_values_move_towards_the_batch_with_its_unbiased_variance(
    values: list[float],
) -> None:
    mean, variance = running_values(np.array(values)[:, None])
    assert mean == pytest.approx(0.25 * np.mean(values))
    assert variance == pytest.approx(0.75 + 0.25 * np.var(values, ddof=1))
