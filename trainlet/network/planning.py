"""A plan: the tape of a whole network for one number of samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trainlet.network.activations import Activation
from trainlet.network.arrays import Allocate, Array, Shape
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.operations import Call
from trainlet.network.tape import Tape
from trainlet.network.updates import Learning, record_update


@dataclass(frozen=True)
class Tracing:
    """What a plan that goes backward without an update needs.

    `gradient` is (trainable_count,). With a generator the layers do what they do in training,
    without one what they do in prediction; `inputs` asks for the gradient of the inputs too.
    """

    gradient: Array
    generator: np.random.Generator | None = None
    inputs: bool = False


@dataclass(frozen=True)
class Stage:
    """A layer, an activation or the loss in a plan, and what it hands on.

    Once the first `ready` calls of backward are replayed, `grad` holds ∂C/∂output; later calls
    may overwrite it. It is None where no gradient is recorded.
    """

    scope: str
    output: Array
    grad: Array | None = None
    ready: int = 0


@dataclass(frozen=True)
class Plan:
    """What one replay reads and writes; samples are the last axis of every array.

    `forward` fills `outputs` from `inputs` and, where there is a loss, the cell `loss` from
    `targets`; `backward` fills the gradient; `update` changes the parameters, after
    `coefficients` were set. Large gradients that `update` computes itself, to subtract them at
    once, only `grads` fills. `stages` tell where the numbers of each layer are found.
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
    grads: tuple[Call, ...]
    stages: tuple[Stage, ...]


def plan(
    network: Network,
    parameters: Array,
    samples: int,
    loss: Loss | None = None,
    learning: Learning | Tracing | None = None,
    weighted: bool = False,
    batch: int | None = None,
    allocate: Allocate = np.zeros,
) -> Plan:
    """Record the network for `samples` samples at a time.

    Without a loss the plan predicts, with one it also tells the loss, and with `learning` one
    replay of all three parts is a step of training; a tracing stops before the update. Where the
    loss takes over the output activation, it is the one that records it. With `weighted` samples
    have weights.

    Where they are a part of a mini-batch of `batch`, the loss is their part of the mini-batch's,
    and backward adds their part of the gradient to what is there. Buffers come from `allocate`.
    """
    batch = batch or samples
    gradient = learning.gradient if learning else np.zeros(0, network.dtype)
    part = gradient if batch == samples else np.zeros_like(gradient)
    tape = _tape(network, parameters, batch, learning, part, allocate)
    traced = isinstance(learning, Tracing) and learning.inputs
    inputs = _inputs(tape, _turned(network.input_shape, samples), traced=traced)
    targets = tape.data("targets", _turned(network.output_shape, samples))
    weights = tape.data("weights", (1, samples)) if weighted else None
    recordings, stages = _record_forward(tape, _stages(network, loss, targets, weights), inputs)
    scope, outputs = stages[-1].scope, stages[-1].output
    forward, tape.scope = len(tape.calls), ""
    rule = learning if isinstance(learning, Learning) else None
    rate = tape.cell("learning_rate") if rule and rule.folds else None
    if learning:
        stages = _record_backward(tape, recordings, stages, rate)
    tape.scope = ""
    if part is not gradient:
        tape.name("part", part)
        tape.call("add", gradient, part, out=gradient)
    backward = len(tape.calls)
    cells = record_update(tape, network, parameters, rule, rate) if rule else ()
    cell = tape.buffers.get(f"{scope}.loss", np.zeros((), network.dtype))
    calls = tuple(tape.calls)
    parts = calls[:forward], calls[forward:backward], calls[backward:]
    grads = tuple(descent.stored() for descent in tape.descents)
    return Plan(tape, inputs, outputs, targets, weights, cell, cells, *parts, grads, tuple(stages))


def _tape(
    network: Network,
    parameters: Array,
    batch: int,
    learning: Learning | Tracing | None,
    gradient: Array,
    allocate: Allocate,
) -> Tape:
    dtype, views = np.dtype(network.dtype), network.views(parameters)
    if learning is None:
        return Tape(dtype, batch, views, allocate=allocate)
    grads = network.grads(gradient)
    descends = isinstance(learning, Learning) and learning.folds and gradient is learning.gradient
    return Tape(dtype, batch, views, grads, learning.generator, allocate, descends=descends)


def _inputs(tape: Tape, shape: Shape, *, traced: bool) -> Array:
    """Room for the inputs, which have a gradient only if they are traced."""
    if traced:
        return tape.buffer("inputs", shape)
    return tape.rows("inputs", shape) if len(shape) == 2 else tape.data("inputs", shape)


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
            and index == network.output_layer
            and type(network.output_activation) is loss.takes_over
        )
        if activation is not None and not taken_over:
            yield scope, activation.record
    if loss is not None:
        yield scope, lambda tape, y: loss.record(tape, y, targets, weights)


def _record_forward(
    tape: Tape, recorders: Iterable[tuple[str, Any]], inputs: Array
) -> tuple[list[Any], list[Stage]]:
    """Record forward; hand out the recordings, which wait for gradients, and the stages."""
    recordings, stages = [], [Stage("", inputs)]
    for scope, recorder in recorders:
        tape.scope = scope
        recording = recorder(tape, stages[-1].output)
        stages.append(Stage(scope, next(recording)))
        recordings.append(recording)
    return recordings, stages


def _record_backward(
    tape: Tape, recordings: list[Any], stages: list[Stage], rate: Array | None
) -> list[Stage]:
    """Record backward; hand out the stages with the places of their gradients."""
    forward, result = len(tape.calls), [stages[-1]]
    gradient: Array | None = None
    for recording, stage, before in zip(
        recordings[::-1], stages[:0:-1], stages[-2::-1], strict=True
    ):
        tape.scope = stage.scope
        gradient = recording.send(gradient)
        if rate is not None and len(result) == 1:
            scaled = tape.spare(gradient)
            tape.call("multiply", gradient, rate, out=scaled)
            gradient = scaled
        result.append(replace(before, grad=gradient, ready=len(tape.calls) - forward))
    return result[::-1]
