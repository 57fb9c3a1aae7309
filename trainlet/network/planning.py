"""A plan: the tape of a whole network for one number of samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trainlet.network.activations import Activation
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.optimizers import Optimizer
from trainlet.network.tape import Array, Call, Tape


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
    loss: Array
    coefficients: tuple[Array, ...]
    forward: tuple[Call, ...]
    backward: tuple[Call, ...]
    update: tuple[Call, ...]

    @cached_property
    def learn(self) -> tuple[Call, ...]:
        """What a step of training does once the loss is known."""
        return self.backward + self.update


@dataclass(frozen=True)
class Learning:
    """What a plan that trains needs beyond the network: a rule for updates and its memory.

    `gradient` is (trainable_count,), `slots` (optimizer.slots, trainable_count).
    """

    optimizer: Optimizer
    gradient: Array
    slots: Array


def plan(
    network: Network,
    parameters: Array,
    samples: int,
    loss: Loss | None = None,
    learning: Learning | None = None,
) -> Plan:
    """Record the network for `samples` samples at a time.

    Without a loss the plan predicts, with one it also tells the loss, and with `learning` one
    replay of all three parts is a step of training. Where the loss takes over the output
    activation, it is the one that records it.
    """
    slopes = network.slopes(learning.gradient) if learning else None
    tape = Tape(np.dtype(network.dtype), samples, network.views(parameters), slopes)
    inputs = tape.data("inputs", (*network.input_shape, samples))
    targets = tape.data("targets", (*network.output_shape, samples))
    outputs, recordings = inputs, []
    for scope, recorder in _stages(network, loss, targets):
        tape.scope = scope
        recording = recorder(tape, outputs)
        outputs = next(recording)
        recordings.append((scope, recording))
    forward = len(tape.calls)
    if learning:
        _record_backward(tape, recordings)
    backward = len(tape.calls)
    cells = _record_update(tape, parameters, learning) if learning else ()
    last = str(len(network.layers) - 1)
    return Plan(
        tape=tape,
        inputs=inputs,
        outputs=outputs,
        targets=targets,
        loss=tape.buffers.get(f"{last}.loss", np.zeros((), network.dtype)),
        coefficients=cells,
        forward=tuple(tape.calls[:forward]),
        backward=tuple(tape.calls[forward:backward]),
        update=tuple(tape.calls[backward:]),
    )


def _stages(network: Network, loss: Loss | None, targets: Array) -> Iterator[tuple[str, Any]]:
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
        yield scope, lambda tape, y: loss.record(tape, y, targets)


def _record_backward(tape: Tape, recordings: list[tuple[str, Any]]) -> None:
    (scope, last), *others = reversed(recordings)
    tape.scope = scope
    gradient = last.send(None)
    for scope, recording in others:
        tape.scope = scope
        gradient = recording.send(gradient)


def _record_update(tape: Tape, parameters: Array, learning: Learning) -> tuple[Array, ...]:
    tape.scope = ""
    trained = parameters[: learning.gradient.size]
    tape.name("parameters", trained)
    tape.name("gradient", learning.gradient)
    for index, slot in enumerate(learning.slots):
        tape.name(f"slots[{index}]", slot)
    return learning.optimizer.record(tape, trained, learning.gradient, learning.slots)
