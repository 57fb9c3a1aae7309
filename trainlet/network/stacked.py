"""Stacked tapes: several tapes with the same calls, replayed together with one more axis.

For small networks the overhead of NumPy calls dominates a step. Tapes whose arrays are evenly
spaced in memory, as a Stack allocates them, share every call: elementwise operations and
reductions process all of them at once, and products become stacks of products. Each tape gets the
same bits as it would alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from trainlet.network.arrays import Allocate, Array, Shape, address
from trainlet.network.notes import Note
from trainlet.network.operations import OPERATIONS, Call

LINE_BYTES = 64
"""Alignment in bytes of the arrays of a stack, one cache line."""


class Stack:
    """Memory for `count` tapes; each array of the first tape reserves those of the others."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._arrays: list[Array] = []

    def room(self, place: int) -> Allocate:
        """Return the allocator of a tape, which must allocate in the order of the first tape."""
        given = 0

        def zeros(shape: Shape, dtype: Any) -> Array:
            nonlocal given
            size = prod(shape)
            if given == len(self._arrays):
                line = LINE_BYTES // np.dtype(dtype).itemsize
                self._arrays.append(np.zeros((self._count, -(-size // line) * line), dtype))
            given += 1
            return self._arrays[given - 1][place, :size].reshape(shape)

        return zeros


def merged(tapes: Sequence[Sequence[Note]]) -> list[Call]:
    """Merge the calls of several tapes into one list.

    Calls that cannot be merged run one after the other.
    """
    calls: list[Call] = []
    for notes in zip(*tapes, strict=True):
        one = _together(notes)
        calls += [_alone(note) for note in notes] if one is None else [one]
    return calls


def stacked(arrays: Sequence[Array]) -> Array | None:
    """Return evenly spaced arrays as one view with a new first axis, or None."""
    first = arrays[0]
    steps = {address(after) - address(before) for before, after in pairwise(arrays)}
    alike = all((a.shape, a.strides) == (first.shape, first.strides) for a in arrays)
    if len(steps) != 1 or not alike or steps == {0}:
        return None
    return as_strided(first, (len(arrays), *first.shape), (steps.pop(), *first.strides))


def _alone(note: Note) -> Call:
    return OPERATIONS[note.operation](note.operands, note.out, note.axis)


def _together(notes: Sequence[Note]) -> Call | None:
    first, out = notes[0], stacked([note.out for note in notes])
    results = [_operand(several) for several in zip(*(n.operands for n in notes), strict=True)]
    operands = [operand for operand in results if operand is not None]
    if out is None or len(operands) < len(results) or first.operation == "subtract_dot":
        return None
    if first.operation == "dot":
        return _product(first.operands, operands, out)
    if first.operation in ("sum", "max"):
        return _reduction(first, operands[0], out)
    return OPERATIONS[first.operation](tuple(_widened(o, out.ndim) for o in operands), out, None)


def _operand(several: Sequence[Any]) -> Array | None:
    """Return the operands of all tapes as one; a common constant stays as it is."""
    first = several[0]
    if not isinstance(first, np.ndarray):
        return None
    if first.ndim == 0 and all(one.base is None and one == first for one in several):
        return first
    return stacked(several)


def _widened(operand: Array, axes: int) -> Array:
    """Return an operand with the axes that broadcast it within each tape."""
    if operand.ndim in (0, axes):
        return operand
    ones = (1,) * (axes - operand.ndim)
    return operand.reshape(operand.shape[0], *ones, *operand.shape[1:])


def _product(own: Sequence[Array], operands: Sequence[Array], out: Array) -> Call | None:
    if any(array.ndim != 2 for array in own):
        return None
    if own[0].shape[1] == 1:  # matmul is slow for outer products
        return np.multiply, (*operands, out)
    return np.matmul, (*operands, out)


def _reduction(note: Note, operand: Array, out: Array) -> Call | None:
    own = note.operands[0]
    if note.axis is None:
        if not own.flags.c_contiguous or out.ndim > 1:
            return None
        return OPERATIONS[note.operation]((operand.reshape(len(operand), -1),), out, 1)
    axes = note.axis if isinstance(note.axis, tuple) else (note.axis,)
    return OPERATIONS[note.operation]((operand,), out, tuple(axis % own.ndim + 1 for axis in axes))
