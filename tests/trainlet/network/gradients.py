"""Numerical gradients by central differences, without a library.

A recording runs alone on a float64 tape. Its cost is C = Σ r y for a fixed random r, so that
∂C/∂y = r; for a loss, C is the loss. Central differences (C(v + h) − C(v − h)) / 2h of every
number, with h = 1e-6 relative to it, are compared with the gradients of the tape's backward calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlet.network import Network, Tape, replay
from trainlet.network.activations import Activation
from trainlet.network.arrays import Array, Shape
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss
from trainlet.network.operations import Call

Tamper = Callable[[dict[str, Array]], None]


@dataclass
class Recorded:
    """Recording with all inputs of its cost by name, and the analytic gradients."""

    tape: Tape
    forward: int
    cost: Callable[[], float]
    varied: Mapping[str, Array]
    grads: Mapping[str, Array]

    def replay(self, calls: Sequence[Call]) -> None:
        if self.tape.generator is not None:
            self.tape.generator.bit_generator.state = np.random.PCG64(3).state
        with np.errstate(over="ignore"):
            replay(calls)

    def analytic(self) -> dict[str, Array]:
        self.replay(self.tape.calls)
        return {name: grad.copy() for name, grad in self.grads.items()}

    def numeric(self, name: str) -> Array:
        values = self.varied[name]
        gradient = np.empty_like(values)
        for index in np.ndindex(values.shape):
            before = values[index]
            step = 1e-6 * max(1.0, abs(float(before)))
            values[index] = before + step
            above = self._cost()
            values[index] = before - step
            below = self._cost()
            values[index] = before
            gradient[index] = (above - below) / (2 * step)
        return gradient

    def errors(self, tamper: Tamper | None = None) -> dict[str, float]:
        analytic = self.analytic()
        if tamper:
            tamper(analytic)
        return {name: relative_error(grad, self.numeric(name)) for name, grad in analytic.items()}

    def _cost(self) -> float:
        self.replay(self.tape.calls[: self.forward])
        return self.cost()


def relative_error(one: Array, other: Array) -> float:
    """‖a − b‖ / (‖a‖ + ‖b‖), where a norm below 0.001 counts as that much."""
    scale = float(np.linalg.norm(one)) + float(np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / max(scale, 1e-3)


def record_layer(layer: Layer, input_shape: Shape, samples: int, seed: int) -> Recorded:
    """Record a layer alone, with random parameters and inputs kept away from kinks."""
    generator = np.random.default_rng(seed)
    network = Network((layer,), input_shape, "float64")
    parameters = generator.uniform(0.5, 1.5, size=network.parameter_count)
    gradient = np.zeros(network.trainable_count)
    grads = network.grads(gradient)
    views = network.views(parameters)
    tape = Tape(np.dtype("float64"), samples, views, grads, np.random.default_rng())
    tape.scope = "0"
    x = tape.buffer("x", (input_shape[-1], *input_shape[:-1], samples))
    x[...] = away_from_kinks(generator, x.shape)
    recorded = _drive(tape, layer.record(tape, x), x, generator)
    recorded.varied = {"x": x, **{name: views[name] for name in grads}}
    recorded.grads = {**recorded.grads, **grads}
    return recorded


def record_activation(activation: Activation, units: int, samples: int, seed: int) -> Recorded:
    generator = np.random.default_rng(seed)
    tape = Tape(np.dtype("float64"), samples, {})
    z = tape.buffer("z", (units, samples))
    z[...] = away_from_kinks(generator, z.shape)
    return _drive(tape, activation.record(tape, z), z, generator)


def record_loss(
    loss: Loss, units: int, samples: int, seed: int, target: Any, weighted: bool
) -> Recorded:
    generator = np.random.default_rng(seed)
    tape = Tape(np.dtype("float64"), samples, {})
    y = tape.buffer("y", (units, samples))
    y[...] = away_from_kinks(generator, y.shape)
    targets = tape.data("targets", y.shape)
    targets[...] = target(generator, y.shape)
    weights = tape.data("weights", (1, samples)) if weighted else None
    if weights is not None:
        weights[...] = generator.uniform(0.5, 2, size=weights.shape)
    recording = loss.record(tape, y, targets, weights)
    next(recording)
    forward = len(tape.calls)
    grad = recording.send(None)
    cell = tape.buffers["loss"]
    return Recorded(tape, forward, cell.item, {"y": y}, {"y": grad})


def _drive(tape: Tape, recording: Any, x: Array, generator: np.random.Generator) -> Recorded:
    y = next(recording)
    direction = generator.normal(size=y.shape)
    forward = len(tape.calls)
    dy = tape.buffer("dy", y.shape)
    tape.call("copy", np.array(direction), out=dy)
    dx = recording.send(dy)
    return Recorded(tape, forward, lambda: float(np.sum(direction * y)), {"x": x}, {"x": dx})


def away_from_kinks(generator: np.random.Generator, shape: Shape) -> Array:
    """Return numbers of absolute value at least 0.05, so that no step crosses 0."""
    values = generator.normal(size=shape)
    return np.array(values + 0.05 * np.sign(values))
