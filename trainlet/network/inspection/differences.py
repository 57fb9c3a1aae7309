"""Central differences: the gradient measured, beside the gradient computed."""

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
"""Norms below this count as this much, for rounding is not relative to what is almost 0."""


@dataclass(frozen=True)
class Difference:
    """Some or all numbers of one array's gradient, computed and measured.

    `places` are (m, axes), the indices of the numbers; `relative_error` is
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
    """Measure ∂C/∂w = (C(w + h) − C(w − h)) / 2h at up to `most` numbers spread over all.

    h is 1e-6 of the number, or of 1 where that is smaller. Both sides are computed in float64,
    whatever the network computes in. With a seed, layers do what they do in training, each time
    with the same random numbers. Arrays of which no number was chosen are left out.
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
    """Count the multiplications that one sample takes forward: what a forward pass costs."""
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
    """Hand out C as a function of a place and what is added there, and the way back from it."""
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
