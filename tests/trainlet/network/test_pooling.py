from __future__ import annotations

import numpy as np
import pytest

from trainlet.network import Tape, replay
from trainlet.network.layers import AveragePooling, MaxPooling


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ([[5, 5], [5, 5]], [[1, 0], [0, 0]]),
        ([[1, 5], [5, 5]], [[0, 1], [0, 0]]),
        ([[1, 2], [5, 5]], [[0, 0], [1, 0]]),
        ([[1, 2], [3, 5]], [[0, 0], [0, 1]]),
    ],
)
def test_of_equal_numbers_the_first_by_rows_gets_the_whole_gradient(
    image: list[list[float]], expected: list[list[float]]
) -> None:
    tape = Tape(np.dtype("float64"), 1, {})
    x = tape.buffer("x", (1, 2, 2, 1))
    recording = MaxPooling().record(tape, x)
    y = next(recording)
    assert y is not None
    gradient = recording.send(np.ones(y.shape))
    assert gradient is not None
    x[0, :, :, 0] = image
    replay(tape.calls)
    assert gradient[0, :, :, 0].tolist() == expected


@pytest.mark.parametrize("layer", [MaxPooling(1), AveragePooling(1), MaxPooling(1, 2)])
def test_windows_of_one_place_hand_it_on(layer: MaxPooling | AveragePooling) -> None:
    tape = Tape(np.dtype("float64"), 2, {})
    x = tape.buffer("x", (3, 3, 3, 2))
    recording = layer.record(tape, x)
    y = next(recording)
    assert y is not None
    gradient = recording.send(y)
    assert gradient is not None
    x[...] = np.random.default_rng(0).normal(size=x.shape)
    replay(tape.calls)
    step = layer.stride or 1
    actual = np.zeros(x.shape)
    actual[:, ::step, ::step] = x[:, ::step, ::step]
    assert y.tolist() == x[:, ::step, ::step].tolist()
    assert gradient.tolist() == actual.tolist()
