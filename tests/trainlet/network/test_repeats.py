"""The same training from several seeds, epoch by epoch."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

from trainlet.errors import Diverged
from trainlet.network import (
    BinaryCrossEntropy,
    Data,
    Dense,
    Dropout,
    EarlyStopping,
    Network,
    Repeats,
    Sgd,
    Sigmoid,
    State,
    Tanh,
    Training,
    first_repeats,
    fit,
    repeats,
    train,
    train_repeats,
)
from trainlet.network.repeats import seeded

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
    seed=2**32 - 2,
)


def trained(cut: int, *, stored: bool = False) -> Repeats:
    """All runs in pieces of so many steps, each taken up from what was stored of the last."""
    found = first_repeats(NETWORK, TRAINING, 4)
    run = train_repeats(NETWORK, DATA, TRAINING, found, VALIDATION)
    next(run)
    while True:
        try:
            run.send(cut)
        except StopIteration:
            return found
        if stored:
            arrays = {name: array.copy() for name, array in found.arrays().items()}
            found = Repeats.restore(arrays, found.counters())
            run = train_repeats(NETWORK, DATA, TRAINING, found, VALIDATION)
            next(run)


@pytest.mark.parametrize("cut", [1, 5, 7, 10_000])
@pytest.mark.parametrize("stored", [False, True])
def test_runs_are_the_same_however_they_are_cut(cut: int, stored: bool) -> None:
    found = trained(cut, stored=stored)
    assert [seeded(TRAINING, place).seed for place in range(4)] == [2**32 - 2, 2**32 - 1, 0, 1]
    ends = []
    for place, run in enumerate(found.runs):
        alone = fit(NETWORK, DATA, seeded(TRAINING, place), VALIDATION)
        assert run.parameters.tobytes() == alone.parameters.tobytes()
        assert run.history == alone.history
        assert run.counters() == alone.counters()
        ends.append(run.epoch)
    assert len(set(ends)) > 1
    assert found.epoch == max(ends)
    assert found.end is not None
    assert found.step == sum(run.step for run in found.runs)


def test_the_history_is_the_mean_of_the_runs_that_got_so_far() -> None:
    found = trained(5)
    for epoch in range(found.epoch):
        losses = [run.history["loss"][epoch] for run in found.runs if run.epoch > epoch]
        assert found.history["loss"][epoch] == np.mean(losses)
        assert found.history["loss_deviation"][epoch] == np.std(losses)


@pytest.mark.parametrize("bad", [{1}, {0, 3}, {0, 1, 2, 3}])
def test_a_run_that_diverges_is_left(monkeypatch: pytest.MonkeyPatch, bad: set[int]) -> None:
    real: Any = train
    seeds = {seeded(TRAINING, place).seed for place in bad}

    def diverging(*arguments: Any) -> Generator[State, int, None]:
        run = real(*arguments)
        budget = yield next(run)
        if arguments[2].seed in seeds:
            raise Diverged(0, 3, 1, "lower the learning rate")
        while True:
            try:
                budget = yield run.send(budget)
            except StopIteration:
                return

    monkeypatch.setattr(repeats, "train", diverging)
    if len(bad) == 4:
        with pytest.raises(Diverged):
            trained(5)
        return
    found = trained(5)
    assert set(found.failures) == bad
    assert all("diverged" in why for why in found.failures.values())
    assert found.whole == sorted({0, 1, 2, 3} - bad)
    assert not found.going
    again = Repeats.restore(found.arrays(), found.counters())
    assert again.failures == found.failures
