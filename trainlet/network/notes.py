"""Human-readable listing of the calls on a tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlet.network.arrays import Array, address


@dataclass(frozen=True)
class Note:
    """Description of a recorded call: layer, operation, operands, output."""

    scope: str
    operation: str
    operands: tuple[Any, ...]
    out: Array
    axis: int | tuple[int, ...] | None = None


def listing(notes: Sequence[Note], names: Mapping[str, Array]) -> str:
    """Return one line per note: number, layer, operation, inputs → output and its shape.

    A view has the name of the array that starts at the same address.
    """
    rows = [("#", "layer", "operation", "inputs", "output", "shape")]
    for number, note in enumerate(notes):
        inputs = ", ".join(_describe(operand, names) for operand in note.operands)
        output, shape = _describe(note.out, names), str(note.out.shape)
        rows.append((str(number), note.scope, note.operation, inputs, output, shape))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _describe(operand: Any, names: Mapping[str, Array]) -> str:
    if not isinstance(operand, np.ndarray):
        return "generator"
    sharing = [(n, a) for n, a in names.items() if address(a) == address(operand)]
    expected = sorted((_view(operand, array), name) for name, array in sharing)
    if expected:
        view, name = expected[0]
        return name + view
    return str(operand) if operand.ndim == 0 else "temporary"


def _view(operand: Array, known: Array) -> str:
    """Describe `operand` as a view of `known`: the same, transposed, with ones or a part."""
    for view, array in (("", known), (".T", known.T)):
        if (operand.shape, operand.strides) == (array.shape, array.strides):
            return view
    return "⁺" if operand.size > known.size else str(list(operand.shape))
