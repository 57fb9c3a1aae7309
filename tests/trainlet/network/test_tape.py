from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from trainlet.network import Learning, Network, Tape, plan, replay
from trainlet.network.activations import Sigmoid
from trainlet.network.layers import Dense
from trainlet.network.losses import BinaryCrossEntropy
from trainlet.network.optimizers import Sgd


def test_a_replay_computes_what_was_recorded() -> None:
    tape = Tape(np.dtype("float32"), 2, {})
    x, y = tape.buffer("x", (3, 2)), tape.buffer("y", (3, 2))
    tape.call("multiply", x, 2.0, out=y)
    x[...] = 21
    replay(tape.calls)
    assert y.tolist() == [[42, 42]] * 3


def test_a_row_of_ones_lies_after_every_buffer() -> None:
    tape = Tape(np.dtype("float32"), 2, {})
    x = tape.buffer("x", (3, 2))
    x[...] = 7
    assert tape.with_ones(x).tolist() == [[7, 7], [7, 7], [7, 7], [1, 1]]


def test_a_view_of_images_as_rows_finds_its_ones() -> None:
    tape = Tape(np.dtype("float32"), 2, {})
    images = tape.buffer("images", (3, 4, 5, 2))
    rows = images.reshape(60, 2)
    assert np.shares_memory(rows, images)
    assert tape.with_ones(rows)[-1].tolist() == [1, 1]
    assert tape.with_ones(rows).shape == (61, 2)


def test_dot_refuses_what_numpy_would_copy_at_every_replay() -> None:
    tape = Tape(np.dtype("float32"), 2, {})
    wide, out = tape.buffer("wide", (4, 4)), tape.buffer("out", (2, 2))
    with pytest.raises(ValueError, match="contiguous"):
        tape.call("dot", wide[::2, ::2], wide[:2, :2], out=out)


def test_data_has_no_gradient() -> None:
    tape = Tape(np.dtype("float32"), 2, {})
    assert tape.gradient(tape.data("x", (3, 2))) is None
    gradient = tape.gradient(tape.buffer("y", (3, 2)))
    assert gradient is not None
    assert gradient.shape == (3, 2)


def test_describe_names_operation_buffers_shapes_and_layer() -> None:
    network = Network((Dense(3, Sigmoid()), Dense(1, Sigmoid())), (2,))
    learning = Learning(
        Sgd(0.1),
        np.zeros(network.trainable_count, np.float32),
        np.zeros((0, 13), np.float32),
        np.random.default_rng(),
    )
    lines = plan(network, network.initial(0), 4, BinaryCrossEntropy(), learning).tape.describe()
    first = lines.splitlines()[1].split()
    assert first == ["0", "0", "dot", "0.affine.T,", "inputs⁺", "0.z", "(3,", "4)"]
    last = lines.splitlines()[-1]
    assert "subtract" in last
    assert "parameters" in last
    assert "gradient" in last


def test_a_step_allocates_nothing() -> None:
    network = Network((Dense(100, Sigmoid()), Dense(1, Sigmoid())), (100,))
    learning = Learning(
        Sgd(0.1),
        np.zeros(network.trainable_count, np.float32),
        np.zeros((0, 0), np.float32),
        np.random.default_rng(),
    )
    step = plan(network, network.initial(0), 64, BinaryCrossEntropy(), learning)
    replay(step.forward + step.backward + step.update)
    tracemalloc.start()
    replay(step.forward + step.backward + step.update)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < step.tape.buffers["0.z"].nbytes / 4


def test_a_total_is_the_sum_over_the_first_axis() -> None:
    x = np.random.default_rng(0).normal(size=(3, 2, 4, 5))
    tape = Tape(np.dtype("float64"), 5, {})
    out = tape.buffer("out", (1, 2, 4, 5))
    tape.total(x, out)
    tape.total(x.reshape(3, -1), tape.buffer("same", (1, 40)))
    replay(tape.calls)
    assert out == pytest.approx(x.sum(axis=0, keepdims=True), rel=1e-14)
    assert tape.buffers["same"].tolist() == out.reshape(1, -1).tolist()
    assert {note.operands[0].ctypes.data for note in tape.notes} == {
        tape.notes[0].operands[0].ctypes.data
    }


def test_a_single_number_is_not_computed_in_place() -> None:
    tape = Tape(np.dtype("float32"), 1, {})
    several, one = tape.buffer("several", (2, 1)), tape.buffer("one", (1, 1))
    assert tape.spare(several) is several
    assert not np.shares_memory(tape.spare(one), one)
