"""Parameter update: regularization, gradient clipping, optimizer and max-norm constraint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from trainlet.network.arrays import Array, view
from trainlet.network.network import Network
from trainlet.network.optimizers import Optimizer
from trainlet.network.precision import settled
from trainlet.network.regularizers import Regularizer
from trainlet.network.tape import Tape

BLOCK = 1 << 14
"""Number of numbers processed together, which fit into a cache."""

SETTLING = 256
"""Number of steps between two calls of `settle`."""


@dataclass(frozen=True)
class Learning:
    """Inputs of a training plan in addition to the network.

    `gradient` is (trainable_count,), `slots` (optimizer.slots, trainable_count). The generator
    provides the random numbers of layers. The update adds the gradient of the regularizer, clips
    each number to ±clip_value, then the gradient to the norm clip_norm, runs the optimizer, and
    scales the weights of each unit down to the norm max_norm.
    """

    optimizer: Optimizer
    gradient: Array
    slots: Array
    generator: np.random.Generator
    regularizer: Regularizer | None = None
    samples: int = 1
    clip_value: float | None = None
    clip_norm: float | None = None
    max_norm: float | None = None

    @property
    def folds(self) -> bool:
        """Whether η can be multiplied into the gradient of the output, which is a small array.

        The backward pass is linear in that gradient, so `gradient` then contains η · gradient.
        """
        untouched = (self.regularizer, self.clip_value, self.clip_norm) == (None, None, None)
        return self.optimizer.linear and untouched


def record_update(
    tape: Tape, network: Network, parameters: Array, learning: Learning, rate: Array | None
) -> tuple[Array, ...]:
    """Record the update of the trained parameters; return the optimizer's cells.

    `rate` is the cell of the learning rate if the gradient is already multiplied by it.
    """
    g, w = learning.gradient, parameters[: learning.gradient.size]
    _name(tape, w, learning)
    regularizer = learning.regularizer
    if regularizer is not None:
        strength = weights_of(network) * regularizer.scaled_strength(learning.samples)
        strength = strength.astype(tape.dtype)
        regularizer.record_grad(tape, w, g, strength)
        before = tape.buffer("before", w.shape) if regularizer.limits else w
        if regularizer.limits:
            tape.call("copy", w, out=before)
    if learning.clip_value is not None:
        tape.call("minimum", g, learning.clip_value, out=g)
        tape.call("maximum", g, -learning.clip_value, out=g)
    if learning.clip_norm is not None:
        _record_clipped_norm(tape, g, learning.clip_norm)
    for descent in tape.descents:
        tape.call("subtract_dot", descent.a, descent.b, out=descent.array)
    cells: tuple[Array, ...] = () if rate is None else (rate,)
    for part in _stored(network, {descent.name for descent in tape.descents}):
        cells = learning.optimizer.record(tape, w[part], g[part], learning.slots[:, part], rate)
    if regularizer is not None and regularizer.limits:
        regularizer.record_limit(tape, before, w, strength)
    if learning.max_norm is not None:
        _record_max_norm(tape, network, parameters, learning.max_norm)
    return cells


def weights_of(network: Network) -> Array:
    """Return 1 for each weight and 0 for each other number of the flat trained parameters."""
    marks = np.zeros(network.trainable_count)
    for slot in network.layout:
        if slot.declaration.trainable:
            for _, part, array in slot.parts(marks):
                array[...] = part.name == "weight"
    return marks


def _stored(network: Network, descents: set[str]) -> Iterator[slice]:
    """Yield the longest slices of the trained parameters whose gradient is stored.

    If no parameters are trained, yield one empty slice, because optimizers still need cells.
    """
    start = 0
    for slot in network.layout:
        if slot.name in descents:
            if slot.offset > start:
                yield slice(start, slot.offset)
            start = slot.offset + prod(slot.declaration.shape)
    if start < network.trainable_count or not descents:
        yield slice(start, network.trainable_count)


def _name(tape: Tape, w: Array, learning: Learning) -> None:
    named: dict[str, Any] = {"parameters": w, "gradient": learning.gradient}
    named |= {f"slots[{index}]": slot for index, slot in enumerate(learning.slots)}
    for name, array in named.items():
        tape.name(name, array)


def _record_clipped_norm(tape: Tape, g: Array, limit: float) -> None:
    """Record g ← g · limit / max(‖g‖, limit) (Pascanu et al. 2013, algorithm 1).

    Large gradients are first divided by their maximum, so that no square overflows.
    """
    largest, scale = tape.cell("largest"), tape.cell("clip")
    size, least = tape.temporary(g.shape), tape.cell("least")
    tape.call("absolute", g, out=size)
    tape.call("max", size, out=largest)
    tape.call("maximum", largest, 1.0, out=largest)
    tape.call("divide", g, largest, out=g)
    tape.call("divide", limit, largest, out=least)
    tape.call("dot", g, g, out=scale)
    tape.call("sqrt", scale, out=scale)
    tape.call("maximum", scale, least, out=scale)
    tape.call("divide", limit, scale, out=scale)
    tape.call("multiply", g, scale, out=g)


def _record_max_norm(tape: Tape, network: Network, parameters: Array, limit: float) -> None:
    """Record w ← w · limit / max(‖w‖, limit) for the weights into each unit.

    Srivastava et al. 2014, section 5.1.
    """
    for slot in network.layout:
        if not slot.declaration.trainable:
            continue
        for name, part, array in slot.parts(parameters):
            if part.name != "weight":
                continue
            tape.scope = name
            rows = view(array, (-1, part.shape[-1]))
            square, norm = tape.temporary(rows.shape), tape.buffer("norm", (1, rows.shape[1]))
            tape.call("square", rows, out=square)
            tape.call("sum", square, axis=0, out=norm)
            tape.call("sqrt", norm, out=norm)
            tape.call("maximum", norm, limit, out=norm)
            tape.call("divide", limit, norm, out=norm)
            tape.call("multiply", rows, norm, out=rows)


def settle(slots: Array) -> None:
    """Set tiny numbers in slots (slots, trainable_count) to 0, in place.

    The moving average of a dead unit only decays. It reaches the subnormal numbers and stays
    there, because β times the smallest of them rounds to itself. Processors compute with these up
    to 100 times slower. The threshold is so high that no number decays to a subnormal one within
    SETTLING steps of β = 0.9, and so low that no update changes.
    """
    least = settled(slots.dtype)
    for slot in slots:
        for start in range(0, len(slot), BLOCK):
            part = slot[start : start + BLOCK]
            part[np.abs(part) < least] = 0
