"""Evenly spaced arrays are viewed as one array with another axis."""

from __future__ import annotations

import numpy as np

from trainlet.network.notes import Note
from trainlet.network.stacked import Stack, merged, stacked
from trainlet.network.tape import Tape


def test_arrays_of_a_stack_lie_side_by_side() -> None:
    stack = Stack(3)
    rooms = [stack.room(place) for place in range(3)]
    several = [(room((2, 5), np.float32), room((), np.float32)) for room in rooms]
    for place, (array, cell) in enumerate(several):
        array[...], cell[...] = place, 10 + place
    arrays, cells = (stacked(one) for one in zip(*several, strict=True))
    assert arrays is not None
    assert cells is not None
    assert arrays[:, 1, 4].tolist() == [0, 1, 2]
    assert cells.tolist() == [10, 11, 12]
    assert stacked([array.T for array, _ in several]) is not None


def test_what_lies_elsewhere_is_no_stack() -> None:
    rows = np.zeros((4, 6))
    assert stacked([rows[0], rows[1], rows[3]]) is None
    assert stacked([rows[0], rows[1, :5]]) is None
    assert stacked([rows[0], rows[0]]) is None


def test_calls_are_shared_and_what_cannot_be_is_done_in_turn() -> None:
    stack, tapes = Stack(2), []
    for place in range(2):
        room = stack.room(place)
        tape = Tape(np.dtype(np.float64), 4, {}, allocate=room)
        x, y, z = (tape.buffer(name, shape) for name, shape in NAMES.items())
        x[...] = np.arange(12).reshape(3, 4) + place
        tape.call("multiply", x, 2.0, out=x)
        tape.call("sum", x, axis=0, out=y)
        tape.call("subtract", x, y, out=x)
        tape.call("dot", x, x.T, out=z)
        tape.call("random", np.random.default_rng(place), out=y)
        tapes.append(tape)
    notes: list[list[Note]] = [tape.notes for tape in tapes]
    calls = merged(notes)
    assert len(calls) == 4 + 2
    for function, arguments in calls:
        function(*arguments)
    for place, tape in enumerate(tapes):
        x = (np.arange(12.0).reshape(3, 4) + place) * 2
        x -= x.sum(axis=0)
        np.testing.assert_array_equal(tape.buffers["x"], x)
        np.testing.assert_array_equal(tape.buffers["z"], x @ x.T)
        assert tape.buffers["y"].tolist() == [np.random.default_rng(place).random(4).tolist()]


NAMES = {"x": (3, 4), "y": (1, 4), "z": (3, 3)}
