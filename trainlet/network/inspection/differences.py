"""Numerical gradient check by central differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from trainlet.network.arrays import Array, Shape
from trainlet.network.layers import Layer, Part
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.planning import Tracing, plan
from trainlet.network.tape import replay, turn

MIN_SCALE = 1e-3
"""Lower bound of the norms in a relative error, because rounding dominates near 0."""


@dataclass(frozen=True)
class Difference:
    """Some or all numbers of one array's gradient, computed and measured.

    `places` (m, axes) are the indices of the numbers. `relative_error` is
    ‖computed − measured‖ / (‖computed‖ + ‖measured‖).
    """

    places: Array
    computed: Array
    measured: Array
    relative_error: float
    complete: bool


def central_differences(
    network: Network,
    parameters: Array,
    inputs: Array,
    targets: Array,
    loss: Loss,
    most: int = 200,
    seed: int | None = None,
) -> dict[str, Difference]:
    """Measure ∂C/∂w = (C(w + h) − C(w − h)) / 2h for up to `most` parameters, evenly spread.

    h is 1e-6 · max(|w|, 1). Both costs are computed in float64, whatever the dtype of the network.
    With a seed, layers behave as in training, with the same random numbers for each cost. Arrays
    without a chosen number are omitted.
    """
    double = replace(network, dtype="float64")
    gradient = np.zeros(network.trainable_count)
    cost, back = _recorded(double, parameters, inputs, targets, loss, gradient, seed)
    cost(0, 0.0)
    back()
    chosen = np.unique(np.linspace(0, gradient.size - 1, min(most, gradient.size)).astype(int))
    measured = np.zeros(gradient.shape)
    known = np.zeros(gradient.shape, bool)
    known[chosen] = True
    for place in chosen.tolist():
        step = 1e-6 * max(1.0, abs(float(parameters[place])))
        measured[place] = (cost(place, step) - cost(place, -step)) / (2 * step)
    places = np.arange(gradient.size)
    return {
        name: _compared(array, known[array], gradient, measured)
        for slot in network.layout
        if slot.declaration.trainable
        for name, _, array in slot.parts(places)
        if known[array].any()
    }


def multiplications(network: Network) -> int:
    """Return the number of multiplications of one sample's forward pass."""
    shapes = (network.input_shape, *network.shapes)
    return sum(
        prod(after) * (1 + sum(part.rows for part in _weights(layer, before)))
        for layer, before, after in zip(network.layers, shapes, network.shapes, strict=False)
    )


def _weights(layer: Layer, shape: Shape) -> Iterator[Part]:
    for declaration in layer.declare(shape):
        yield from (part for part in declaration.parts if part.name == "weight")


def _recorded(
    network: Network,
    parameters: Array,
    inputs: Array,
    targets: Array,
    loss: Loss,
    gradient: Array,
    seed: int | None,
) -> tuple[Callable[[int, float], float], Callable[[], None]]:
    """Return C as a function of an index and an increment, and the function that undoes it."""
    exact = parameters.astype(np.float64)
    values = exact.copy()
    generator = None if seed is None else np.random.Generator(np.random.PCG64(seed))
    own = plan(network, values, len(inputs), loss, Tracing(gradient, generator))
    own.inputs[...], own.targets[...] = turn(inputs), turn(targets)

    def cost(place: int, step: float) -> float:
        values[...] = exact
        if gradient.size:
            values[place] += step
        if generator is not None:
            generator.bit_generator.state = np.random.PCG64(seed).state
        with np.errstate(all="ignore"):
            replay(own.forward)
        return float(own.loss)

    def back() -> None:
        with np.errstate(all="ignore"):
            replay(own.backward)

    return cost, back


def _compared(places: Array, known: Array, gradient: Array, measured: Array) -> Difference:
    computed, result = gradient[places][known], measured[places][known]
    norms = float(np.linalg.norm(computed)) + float(np.linalg.norm(result))
    error = float(np.linalg.norm(computed - result)) / max(norms, MIN_SCALE)
    return Difference(np.argwhere(known), computed, result, error, bool(known.all()))
