"""Training from several seeds, epoch by epoch."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from tests.golden.layer_cases import LAYER_CASES
from tests.golden.learning_cases import LEARNING_CASES
from tests.golden.trajectories import read
from trainlet.config import from_json
from trainlet.errors import DivergenceError
from trainlet.network import (
    Data,
    EarlyStopping,
    Network,
    Recording,
    Repeats,
    Training,
    first_repeats,
    fit,
    repeats,
    team,
    train_repeats,
)
from trainlet.network import trainer as run_module
from trainlet.network.activations import Sigmoid, Tanh
from trainlet.network.layers import Dense, Dropout
from trainlet.network.losses import BinaryCrossEntropy
from trainlet.network.optimizers import Sgd
from trainlet.network.repeats import seeded
from trainlet.spec import Architecture

CASES = LAYER_CASES | LEARNING_CASES
NETWORK = Network((Dense(8, Tanh()), Dropout(0.1), Dense(1, Sigmoid())), (2,))
POINTS = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
DATA = Data(POINTS, (POINTS[:, :1] * POINTS[:, 1:] > 0).astype(np.float32))
VALIDATION = Data(DATA.inputs[:20], DATA.targets[:20])  # type: ignore[index]
TRAINING = Training(
    12,
    batch_size=8,
    loss=BinaryCrossEntropy(),
    optimizer=Sgd(3.0),
    early_stopping=EarlyStopping("validation_loss", patience=2),
    record=Recording(diagnostics=True),
    seed=2**32 - 2,
)


def trained(cut: int, *, stored: bool = False) -> Repeats:
    """Train all runs in chunks, each resumed from the stored state of the last."""
    result = first_repeats(NETWORK, TRAINING, 4)
    run = train_repeats(NETWORK, DATA, TRAINING, result, VALIDATION)
    next(run)
    while True:
        try:
            run.send(cut)
        except StopIteration:
            return result
        if stored:
            arrays = {name: array.copy() for name, array in result.arrays().items()}
            result = Repeats.restore(arrays, result.counters())
            run = train_repeats(NETWORK, DATA, TRAINING, result, VALIDATION)
            next(run)


@pytest.fixture(params=["team", "in turn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in turn":
        monkeypatch.setattr(team, "STEP_BYTES", 0)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("cut", "stored"), [(1, False), (13, True), (10_000, False)])
def test_runs_are_the_same_however_they_are_cut(cut: int, stored: bool) -> None:
    result = trained(cut, stored=stored)
    assert [seeded(TRAINING, place).seed for place in range(4)] == [2**32 - 2, 2**32 - 1, 0, 1]
    ends = []
    for place, run in enumerate(result.runs):
        alone = fit(NETWORK, DATA, seeded(TRAINING, place), VALIDATION)
        assert run.parameters.tobytes() == alone.parameters.tobytes()
        assert run.history == alone.history
        assert run.counters() == alone.counters()
        ends.append(run.epoch)
    assert len(set(ends)) > 1
    assert result.epoch == max(ends)
    assert result.end is not None
    assert result.step == sum(run.step for run in result.runs)


def test_the_history_is_the_mean_of_the_runs_that_got_so_far() -> None:
    result = trained(5)
    for epoch in range(result.epoch):
        losses = [run.history["loss"][epoch] for run in result.runs if run.epoch > epoch]
        assert result.history["loss"][epoch] == np.mean(losses)
        assert result.history["loss_deviation"][epoch] == np.std(losses)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("bad", [{1}, {0, 3}, {0, 1, 2, 3}])
def test_a_run_that_diverges_is_left(bad: set[int]) -> None:
    result = first_repeats(NETWORK, TRAINING, 4)
    for place in bad:
        result.runs[place].parameters[...] = np.inf
    run = train_repeats(NETWORK, DATA, TRAINING, result, VALIDATION)
    next(run)
    if len(bad) == 4:
        with pytest.raises(DivergenceError, match="layer 0"):
            run.send(10_000)
        return
    with suppress(StopIteration):
        run.send(10_000)
    assert set(result.failures) == bad
    assert all("first in layer 0" in why for why in result.failures.values())
    assert result.whole == sorted({0, 1, 2, 3} - bad)
    for place in result.whole:
        alone = fit(NETWORK, DATA, seeded(TRAINING, place), VALIDATION)
        assert result.runs[place].parameters.tobytes() == alone.parameters.tobytes()
    again = Repeats.restore(result.arrays(), result.counters())
    assert again.failures == result.failures
    assert not again.going


@pytest.mark.parametrize("name", CASES)
def test_a_team_comes_to_the_bits_of_each(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whatever is registered has a case here."""
    monkeypatch.setattr(repeats, "gains", lambda *_: True)
    monkeypatch.setattr(run_module, "SETTLING", 2)
    monkeypatch.setattr(run_module, "settle", lambda slots: np.multiply(slots, 0.5, out=slots))
    golden = read(name, CASES[name])
    document = {"epochs": 2, "shuffle": True}
    training = from_json(Training, CASES[name].training | document)
    layers = from_json(Architecture, {"layers": list(CASES[name].layers)}).layers
    network = Network(layers, golden.inputs.shape[1:])
    data = Data(golden.inputs.astype(np.float32), golden.targets.astype(np.float32))
    result = first_repeats(network, training, 3)
    run = train_repeats(network, data, training, result, data)
    next(run)
    with suppress(StopIteration):
        run.send(10_000)
    for place, state in enumerate(result.runs):
        alone = fit(network, data, seeded(training, place), data)
        assert state.parameters.tobytes() == alone.parameters.tobytes()
        assert state.history == alone.history
        assert state.counters() == alone.counters()
