"""Plan: the tape of a network for a fixed number of samples."""

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
    """Inputs of a plan with a backward pass but without an update.

    `gradient` is (trainable_count,). With a generator layers behave as in training, without one as
    in prediction. `inputs` requests the gradient of the inputs too.
    """

    gradient: Array
    generator: np.random.Generator | None = None
    inputs: bool = False


@dataclass(frozen=True)
class Stage:
    """A layer, an activation or the loss in a plan, with its output.

    After the first `ready` calls of the backward pass, `grad` contains ∂C/∂output; later calls may
    overwrite it. It is None if no gradient is recorded.
    """

    scope: str
    output: Array
    grad: Array | None = None
    ready: int = 0


@dataclass(frozen=True)
class Plan:
    """Arrays and calls of one replay; samples are the last axis of every array.

    `forward` fills `outputs` from `inputs` and, with a loss, the cell `loss` from `targets`.
    `backward` fills the gradient. `update` changes the parameters after `coefficients` are set. It
    computes and subtracts large gradients in one pass; only `grads` stores these. `stages` locate
    the numbers of each layer.
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

    Without a loss the plan predicts. With a loss it also computes the loss. With `learning` one
    replay of all three parts is a training step; with `tracing` there is no update. A loss that
    includes the output activation records it. `weighted` adds sample weights.

    If the samples are a block of a mini-batch of `batch`, the loss is the block's contribution,
    and the backward pass adds to the gradient. `allocate` allocates the buffers.
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
    """Return the buffer of the inputs, which has a gradient only if it is traced."""
    if traced:
        return tape.buffer("inputs", shape)
    return tape.rows("inputs", shape) if len(shape) == 2 else tape.data("inputs", shape)


def _turned(shape: Shape, samples: int) -> Shape:
    return (shape[-1], *shape[:-1], samples)


def _stages(
    network: Network, loss: Loss | None, targets: Array, weights: Array | None
) -> Iterator[tuple[str, Any]]:
    """Yield, in order, everything that records itself: layers, their activations, the loss."""
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
    """Record the forward pass; return the recordings, which wait for gradients, and the stages."""
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
    """Record the backward pass; return the stages with the buffers of their gradients."""
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
