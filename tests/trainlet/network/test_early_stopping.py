from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network import (
    Data,
    EarlyStopping,
    Network,
    StopAt,
    Training,
    evaluator,
    first_state,
    fit,
    train,
)
from trainlet.network.activations import Sigmoid
from trainlet.network.layers import Dense
from trainlet.network.losses import BinaryCrossEntropy
from trainlet.network.metrics import Accuracy, Auc
from trainlet.network.optimizers import Sgd
from trainlet.network.schedules import PlateauSchedule

NETWORK = Network((Dense(8, Sigmoid()), Dense(1, Sigmoid())), (2,), "float64")
TRAINING = Training(300, 8, BinaryCrossEntropy(), Sgd(2.0), metrics=(Accuracy(),))


def noise(count: int, seed: int) -> Data:
    """Return targets that are independent of the inputs: the validation loss soon rises."""
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(count, 2))
    return Data(inputs, generator.integers(0, 2, size=(count, 1)).astype(float))


def test_it_stops_when_validation_gets_no_better_and_keeps_the_best() -> None:
    early = EarlyStopping(patience=5)
    validation = noise(40, 2)
    state = fit(NETWORK, noise(16, 1), replace(TRAINING, early_stopping=early), validation)
    losses = state.history["validation_loss"]
    best = int(np.argmin(losses))
    assert state.end == "early_stopped"
    assert state.epoch == len(losses) == best + 6 < 300
    evaluate = evaluator(NETWORK, state.parameters, BinaryCrossEntropy())
    assert evaluate(validation.inputs, validation.targets)["loss"] == losses[best]


def test_without_restoring_the_last_parameters_stay() -> None:
    early = EarlyStopping(patience=5, restore_best_weights=False)
    validation = noise(40, 2)
    state = fit(NETWORK, noise(16, 1), replace(TRAINING, early_stopping=early), validation)
    evaluate = evaluator(NETWORK, state.parameters, BinaryCrossEntropy())
    result = evaluate(validation.inputs, validation.targets)["loss"]
    assert result == state.history["validation_loss"][-1]


def test_accuracy_is_better_the_higher_it_is() -> None:
    early = EarlyStopping(monitor="validation_accuracy", patience=3)
    state = fit(NETWORK, noise(16, 1), replace(TRAINING, early_stopping=early), noise(40, 2))
    series = state.history["validation_accuracy"]
    assert state.epoch == int(np.argmax(series)) + 4


def test_the_best_is_kept_when_the_last_epoch_comes_first() -> None:
    early = EarlyStopping(patience=1000)
    validation = noise(40, 2)
    training = replace(TRAINING, early_stopping=early, epochs=60)
    state = fit(NETWORK, noise(16, 1), training, validation)
    assert state.end == "completed"
    evaluate = evaluator(NETWORK, state.parameters, BinaryCrossEntropy())
    result = evaluate(validation.inputs, validation.targets)["loss"]
    assert result == min(state.history["validation_loss"])


@pytest.mark.parametrize(
    "stop", [StopAt("loss", below=0.69), StopAt("validation_accuracy", above=0.4)]
)
def test_it_stops_at_a_target(stop: StopAt) -> None:
    state = fit(NETWORK, noise(16, 1), replace(TRAINING, stop_at=stop), noise(40, 2))
    assert state.end == "target"
    assert state.epoch == len(state.history["loss"]) < 300
    reached = [stop.reached({stop.metric: [v]}) for v in state.history[stop.metric]]
    assert reached == [False] * (state.epoch - 1) + [True]


def test_a_number_that_is_not_one_reaches_nothing() -> None:
    assert not StopAt("loss", above=1.0).reached({"loss": [float("inf")]})
    assert not StopAt("loss", below=1.0).reached({"loss": [float("nan")]})


@pytest.mark.parametrize("bounds", [{}, {"below": 1.0, "above": 0.0}])
def test_stop_at_names_one_bound(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="either below or above"):
        StopAt("loss", **bounds)


@pytest.mark.parametrize(
    "change",
    [
        {"early_stopping": EarlyStopping()},
        {"early_stopping": EarlyStopping(monitor="validation_f1")},
        {"stop_at": StopAt("accuracy", above=0.9)},
    ],
)
def test_watching_a_series_that_is_not_written_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        fit(NETWORK, noise(16, 1), replace(TRAINING, **change))  # type: ignore[arg-type]
    assert "validation set" in caught.value.errors[0].detail


ONE_CLASS = Data(np.array([[0.0, 1.0]]), np.array([[1.0]]))
"""A validation set for which AUC and R² are nan, by scikit-learn's definitions too."""

NEVER_NUMBERS = {
    "early stopping": {"early_stopping": EarlyStopping("validation_auc", patience=2)},
    "early stopping to the end": {"early_stopping": EarlyStopping("validation_auc", patience=99)},
    "without restoring": {
        "early_stopping": EarlyStopping("validation_auc", patience=99, restore_best_weights=False)
    },
    "a target": {"stop_at": StopAt("validation_auc", above=0.5)},
    "both": {
        "early_stopping": EarlyStopping("validation_auc", patience=99),
        "stop_at": StopAt("validation_auc", above=0.5),
    },
    "with a plateau schedule": {
        "early_stopping": EarlyStopping("validation_auc", patience=99),
        "optimizer": Sgd(2.0, PlateauSchedule(1)),
    },
}


@pytest.mark.parametrize("rules", NEVER_NUMBERS.values(), ids=NEVER_NUMBERS)
def test_a_monitor_that_is_always_nan_restores_nothing_and_warns(rules: dict[str, Any]) -> None:
    training = replace(TRAINING, epochs=12, metrics=(Accuracy(), Auc()), **rules)
    state = fit(NETWORK, noise(16, 1), training, ONE_CLASS)
    assert np.isnan(state.history["validation_auc"]).all()
    unmonitored = replace(training, epochs=state.epoch, early_stopping=None, stop_at=None)
    expected = fit(NETWORK, noise(16, 1), unmonitored, ONE_CLASS)
    np.testing.assert_array_equal(state.parameters, expected.parameters)
    results = [finding for finding in state.findings if finding.kind == "monitor"]
    paths = [f"/training/{'/'.join(path)}" for path in training.monitors]
    assert [finding.field for finding in results] == paths
    assert all("more than one class" in finding.detail for finding in results)


def test_a_state_left_midway_keeps_its_parameters_if_nothing_improved() -> None:
    early = EarlyStopping("validation_auc", patience=99)
    training = replace(TRAINING, metrics=(Auc(),), early_stopping=early)
    state = first_state(NETWORK, training)
    run = train(NETWORK, noise(16, 1), training, state, ONE_CLASS)
    next(run)
    run.send(7)
    last = state.parameters.copy()
    state.take_best()
    np.testing.assert_array_equal(state.parameters, last)


def test_parameters_that_reached_the_target_are_not_replaced_by_the_best() -> None:
    """The target is met when the lowest validation loss is ten epochs old."""
    early = EarlyStopping("validation_loss", patience=200)
    validation = noise(40, 2)
    whole = fit(NETWORK, noise(16, 1), replace(TRAINING, epochs=60), validation)
    best = int(np.argmin(whole.history["validation_loss"]))
    below = whole.history["loss"][best + 10]
    training = replace(TRAINING, early_stopping=early, stop_at=StopAt("loss", below=below))
    state = fit(NETWORK, noise(16, 1), training, validation)
    assert state.end == "target"
    expected = fit(NETWORK, noise(16, 1), replace(TRAINING, epochs=state.epoch), validation)
    np.testing.assert_array_equal(state.parameters, expected.parameters)
