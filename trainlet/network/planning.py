"""A plan: the tape of a whole network for one number of samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trainlet.network.activations import Activation
from trainlet.network.arrays import Array, Shape
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.operations import Call
from trainlet.network.tape import Tape
from trainlet.network.updates import Learning, record_update


@dataclass(frozen=True)
class Plan:
    """What one replay reads and writes; samples are the last axis of every array.

    `forward` fills `outputs` from `inputs` and, where there is a loss, the cell `loss` from
    `targets`; `backward` fills the gradient; `update` changes the parameters, after
    `coefficients` were set.
    """

    tape: Tape
    inputs: Array
    outputs: Array
    targets: Array
    weights: Array | None
    loss: Array
    coefficients: tuple[Array, ...]
    forward: tuple[Call, ...]
    backward: tuple[Call, ...]
    update: tuple[Call, ...]

    @cached_property
    def learn(self) -> tuple[Call, ...]:
        """What a step of training does once the loss is known."""
        return self.backward + self.update


def plan(
    network: Network,
    parameters: Array,
    samples: int,
    loss: Loss | None = None,
    learning: Learning | None = None,
    weighted: bool = False,
) -> Plan:
    """Record the network for `samples` samples at a time.

    Without a loss the plan predicts, with one it also tells the loss, and with `learning` one
    replay of all three parts is a step of training. Where the loss takes over the output
    activation, it is the one that records it. With `weighted` samples have weights.
    """
    tape = _tape(network, parameters, samples, learning)
    inputs = tape.data("inputs", _turned(network.input_shape, samples))
    targets = tape.data("targets", _turned(network.output_shape, samples))
    weights = tape.data("weights", (1, samples)) if weighted else None
    outputs, recordings = inputs, []
    for scope, recorder in _stages(network, loss, targets, weights):
        tape.scope = scope
        recording = recorder(tape, outputs)
        outputs = next(recording)
        recordings.append((scope, recording))
    forward, tape.scope = len(tape.calls), ""
    rate = tape.cell("learning_rate") if learning and learning.folds else None
    if learning:
        _record_backward(tape, recordings, rate)
    backward = len(tape.calls)
    tape.scope = ""
    cells = record_update(tape, network, parameters, learning, rate) if learning else ()
    cell = tape.buffers.get(f"{scope}.loss", np.zeros((), network.dtype))
    calls = tuple(tape.calls)
    parts = calls[:forward], calls[forward:backward], calls[backward:]
    return Plan(tape, inputs, outputs, targets, weights, cell, cells, *parts)


def _tape(network: Network, parameters: Array, samples: int, learning: Learning | None) -> Tape:
    dtype, views = np.dtype(network.dtype), network.views(parameters)
    if learning is None:
        return Tape(dtype, samples, views)
    slopes = network.slopes(learning.gradient)
    return Tape(dtype, samples, views, slopes, learning.generator)


def _turned(shape: Shape, samples: int) -> Shape:
    return (shape[-1], *shape[:-1], samples)


def _stages(
    network: Network, loss: Loss | None, targets: Array, weights: Array | None
) -> Iterator[tuple[str, Any]]:
    """Everything that records itself, in order: layers, their activations, the loss."""
    for index, layer in enumerate(network.layers):
        scope = str(index)
        yield scope, layer.record
        activation: Activation | None = getattr(layer, "activation", None)
        taken_over = (
            loss is not None
            and index == len(network.layers) - 1
            and type(activation) is loss.takes_over
        )
        if activation is not None and not taken_over:
            yield scope, activation.record
    if loss is not None:
        yield scope, lambda tape, y: loss.record(tape, y, targets, weights)


def _record_backward(tape: Tape, recordings: list[tuple[str, Any]], rate: Array | None) -> None:
    (scope, last), *others = reversed(recordings)
    tape.scope = scope
    gradient = last.send(None)
    if rate is not None:
        tape.call("multiply", gradient, rate, out=gradient)
    for scope, recording in others:
        tape.scope = scope
        gradient = recording.send(gradient)
