from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainlet.errors import DivergenceError
from trainlet.network import Data, Network, State, Training, first_state, fit, train
from trainlet.network.activations import Relu, Sigmoid, Tanh
from trainlet.network.batches import order
from trainlet.network.initializers import Values
from trainlet.network.layers import Dense
from trainlet.network.losses import BinaryCrossEntropy, MeanSquaredError
from trainlet.network.optimizers import Adam, Sgd
from trainlet.network.rows import chosen
from trainlet.network.schedules import LinearSchedule

NETWORK = Network((Dense(5, Tanh()), Dense(1, Sigmoid())), (2,))
TRAINING = Training(4, 4, BinaryCrossEntropy(), Adam(0.01, LinearSchedule()), seed=3)


def samples(count: int = 22) -> Data:
    generator = np.random.default_rng(5)
    inputs = generator.normal(size=(count, 2)).astype(np.float32)
    return Data(inputs, (inputs[:, :1] * inputs[:, 1:] > 0).astype(np.float32))


def same(one: State, other: State) -> bool:
    return (
        one.parameters.tobytes() == other.parameters.tobytes()
        and one.slots.tobytes() == other.slots.tobytes()
        and one.counters() == other.counters()
        and one.history == other.history
    )


@given(cuts=st.lists(st.integers(1, 9), max_size=12))
@settings(max_examples=25, deadline=None)
def test_left_and_taken_up_anywhere_it_ends_the_same(cuts: list[int]) -> None:
    undisturbed = fit(NETWORK, samples(), TRAINING)
    state = first_state(NETWORK, TRAINING)
    for steps in [*cuts, 10_000]:
        run = train(NETWORK, samples(), TRAINING, state)
        next(run, None)
        try:
            run.send(steps)
        except StopIteration:
            break
        run.close()
        state = State.restore(state.arrays(), state.counters())
    assert same(state, undisturbed)


def test_without_the_optimizers_memory_it_ends_otherwise() -> None:
    undisturbed = fit(NETWORK, samples(), TRAINING)
    state = first_state(NETWORK, TRAINING)
    run = train(NETWORK, samples(), TRAINING, state)
    next(run)
    run.send(7)
    run.close()
    state.slots[...] = 0
    for _ in train(NETWORK, samples(), TRAINING, state):
        break
    again = train(NETWORK, samples(), TRAINING, state)
    next(again)
    with pytest.raises(StopIteration):
        again.send(10_000)
    assert state.epoch == undisturbed.epoch
    assert not same(state, undisturbed)


def test_it_yields_after_as_many_steps_as_were_requested() -> None:
    state = first_state(NETWORK, TRAINING)
    run = train(NETWORK, samples(), TRAINING, state)
    assert next(run).step == 0
    assert run.send(4).step == 4
    assert state.epoch == 0
    assert run.send(3).step == 7
    assert (state.epoch, state.position) == (1, 4)


def test_it_ends_after_the_last_step_of_the_last_epoch() -> None:
    state = fit(NETWORK, samples(), TRAINING)
    assert state.step == TRAINING.steps(22) == 24
    assert (state.epoch, state.position, state.loss_sum) == (4, 0, 0.0)
    assert len(state.history["loss"]) == 4


def test_the_epoch_loss_counts_a_short_last_batch_by_its_samples() -> None:
    network = Network((Dense(1, weight_initializer=Values(((0.0,),))),), (1,), "float64")
    data = Data(np.ones((3, 1)), np.array([[1.0], [1.0], [4.0]]))
    frozen = Training(1, 2, MeanSquaredError(), Sgd(1e-12), shuffle=False)
    state = fit(network, data, frozen)
    assert state.history["loss"][0] == pytest.approx((1 + 1 + 16) / 3)


def test_every_sample_is_seen_once_an_epoch_in_an_order_of_its_own() -> None:
    first, second = order(TRAINING, 0, 50), order(TRAINING, 1, 50)
    assert sorted(first) == sorted(second) == list(range(50))
    assert list(first) != list(second)
    assert list(order(TRAINING, 1, 50)) == list(second)
    assert list(order(replace(TRAINING, shuffle=False), 1, 5)) == [0, 1, 2, 3, 4]


def test_a_mini_batch_steps_by_the_mean_gradient_of_its_samples() -> None:
    data = samples(6)
    once = Training(1, 6, BinaryCrossEntropy(), Sgd(0.5), shuffle=False, seed=2)
    start = NETWORK.initial(2).astype(np.float64)
    whole = fit(NETWORK, data, once).parameters - start
    parts = [
        fit(NETWORK, Data(chosen(data.inputs, at), data.targets[at]), once).parameters - start
        for at in np.arange(6)[:, None]
    ]
    assert whole == pytest.approx(np.mean(parts, axis=0), abs=1e-6)


def test_data_larger_than_a_chunk_trains_as_it_does_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit(NETWORK, samples(), TRAINING)
    monkeypatch.setattr("trainlet.network.batches.CHUNK_BYTES", 1)
    assert same(fit(NETWORK, samples(), TRAINING), whole)


def test_divergence_reports_where_and_what_to_do() -> None:
    network = Network((Dense(4, Relu()), Dense(1)), (2,))
    wild = Training(50, 4, MeanSquaredError(), Sgd(1000.0))
    with pytest.raises(DivergenceError) as caught:
        fit(network, samples(), wild)
    assert caught.value.epoch == 0
    assert caught.value.layer in (0, 1)
    assert "learning_rate" in str(caught.value)
    assert "now 1000" in caught.value.hint


def test_a_parameter_that_stops_being_finite_is_found_though_the_loss_hides_it() -> None:
    network = Network((Dense(1, Sigmoid(), weight_initializer=Values(((1.0,),))),), (1,))
    data = Data(np.full((1, 1), 1e38, np.float32), np.zeros((1, 1), np.float32))
    with pytest.raises(DivergenceError) as caught:
        fit(network, data, Training(1, 1, BinaryCrossEntropy(), Sgd(1000.0)))
    assert caught.value.layer == 0


def test_float64_trains_in_float64() -> None:
    network = replace(NETWORK, dtype="float64")
    wide = Data(np.asarray(samples().inputs, np.float64), samples().targets.astype(np.float64))
    assert fit(network, wide, TRAINING).parameters.dtype == np.float64
