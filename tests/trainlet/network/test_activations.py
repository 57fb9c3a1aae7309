from __future__ import annotations

import numpy as np
import pytest

from tests.trainlet.network.test_gradients import ACTIVATIONS
from trainlet.network import Tape, replay
from trainlet.network.activations import Activation, Elu, LeakyRelu, Relu, Selu, Sigmoid, Softmax
from trainlet.network.arrays import Array


def apply(activation: Activation, values: list[float], dtype: str = "float32") -> Array:
    tape = Tape(np.dtype(dtype), 1, {})
    z = tape.buffer("z", (len(values), 1))
    z[:, 0] = values
    a = next(activation.record(tape, z))
    with np.errstate(over="ignore"):
        replay(tape.calls)
    return a[:, 0]


@pytest.mark.parametrize("kind", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extremes_neither_warn_nor_give_nan(kind: str, dtype: str) -> None:
    for activation in ACTIVATIONS[kind]:
        a = apply(activation, [-1000.0, 0.0, 1000.0], dtype)
        assert np.isfinite(a).all()


def test_sigmoid() -> None:
    expected = [0.0, 0.2689414213699951, 0.5, 1.0]
    assert apply(Sigmoid(), [-1000, -1, 0, 1000], "float64") == pytest.approx(expected, abs=1e-15)


def test_softmax_is_a_distribution_that_a_shift_does_not_change() -> None:
    a = apply(Softmax(), [1.0, 2.0, 3.0], "float64")
    assert a.sum() == pytest.approx(1)
    assert a == pytest.approx([0.09003057317038046, 0.24472847105479764, 0.6652409557748219])
    assert apply(Softmax(), [901.0, 902.0, 903.0], "float64") == pytest.approx(a)


@pytest.mark.parametrize(
    ("activation", "grad"),
    [
        (Relu(), 0),
        (LeakyRelu(0.25), 0.25),
        (Elu(0.5), 0.5),
        (Selu(), 1.0507009873554805 * 1.6732632423543772),
    ],
)
def test_where_there_are_two_slopes_it_is_the_one_from_below(
    activation: Activation, grad: float
) -> None:
    """As in PyTorch; the numbers of SELU are those of Klambauer et al. 2017."""
    tape = Tape(np.dtype("float64"), 1, {})
    recording = activation.record(tape, tape.buffer("z", (1, 2)))
    y = next(recording)
    gradient = recording.send(np.ones(y.shape))
    replay(tape.calls)
    assert gradient.tolist() == [[pytest.approx(grad, rel=1e-12)] * 2]
