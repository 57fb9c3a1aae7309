"""Diagnostics: whether the layers of a network in training are alive, and what to do if not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from trainlet.network.activations import LeakyRelu, Relu, Sigmoid, Tanh
from trainlet.network.arrays import Array
from trainlet.network.blocks import fitting
from trainlet.network.decision import Decision
from trainlet.network.network import Network
from trainlet.network.planning import plan
from trainlet.network.rows import RowSource, chosen
from trainlet.network.tape import replay, turn

PROBED = 128
"""Training samples, spread evenly, that are looked at."""

SATURATED = 0.99**0.5
"""How far from its middle to its end sigmoid or tanh is where 1 % of its slope is left."""

EXPLOSION = 10.0
"""Norms that grow so many times over, while nothing is learned, are said to explode."""

VANISHING, EXPLODING = 1e-20, 1e20
"""Between these a sum of squares in float32 has lost nothing to the ends of its range."""

PATIENCE_EPOCHS = 5
"""Epochs before anything is said to be stuck."""


@dataclass(frozen=True)
class Finding:
    """What whoever trains should know: since which epoch, where, how much, what to change."""

    epoch: int
    kind: str
    layer: int | None
    value: float
    field: str
    detail: str

    @property
    def message(self) -> str:
        """The sentence for people, with a pointer to the field of the spec to change."""
        return f"{self.detail} (#{self.field})"


class Probe:
    """Looks at some training samples with the parameters as they are at each call."""

    def __init__(
        self,
        network: Network,
        parameters: Array,
        inputs: Array | RowSource,
        targets: Array,
        decision: Decision | None = None,
    ) -> None:
        most = min(PROBED, len(inputs))
        blocks = ceil(most / fitting(network, most))
        size = most // blocks
        rows = np.linspace(0, len(inputs) - 1, blocks * size).astype(int)
        self.network, self._targets = network, targets[rows]
        self._decision = network.decision if decision is None else decision
        self._plan = plan(network, parameters, size)
        self._blocks = [chosen(inputs, block) for block in rows.reshape(-1, size)]

    def look(self) -> dict[str, float]:
        """Tell per layer the share of dead units and of saturated numbers, where it has such.

        A unit of relu is dead if it is 0 for every sample; sigmoid or tanh is saturated where its
        derivative is below a hundredth of its largest value. Under `same_answer` stands the
        share of the commonest answer of the network as a whole.
        """
        result, outputs = [], []
        for block in self._blocks:
            self._plan.inputs[...] = turn(block)
            with np.errstate(all="ignore"):
                replay(self._plan.forward)
            result.append(dict(self._units()))
            outputs.append(turn(self._plan.outputs).copy())
        shares = {"same_answer": self._commonest(np.concatenate(outputs))}
        for name in result[0]:
            units = [block[name] for block in result]
            dead = isinstance(units[0], np.ndarray)
            shares[name] = np.all(units, axis=0).mean().item() if dead else sum(units) / len(units)
        return shares

    def _units(self) -> Iterator[tuple[str, Any]]:
        """Tell per unit whether it is 0 for all of a block, or how often a layer is saturated."""
        for index, layer in enumerate(self.network.layers):
            a = self._plan.tape.buffers.get(f"{index}.a")
            activation = getattr(layer, "activation", None)
            if a is None:
                continue
            places = tuple(range(1, a.ndim))
            if isinstance(activation, Relu):
                yield f"layer_{index}_dead", (a == 0).all(axis=places)
            if isinstance(activation, (Sigmoid, Tanh)):
                low = 0.0 if isinstance(activation, Sigmoid) else -1.0
                margin = (1 - SATURATED) * (1 - low) / 2
                near = np.count_nonzero(a < low + margin) + np.count_nonzero(a > 1 - margin)
                yield f"layer_{index}_saturated", near / a.size

    @property
    def bytes(self) -> int:
        """Bytes of the buffers to look with."""
        return self._plan.tape.bytes

    @property
    def commonest_target(self) -> float:
        """The share of the commonest label among the samples looked at."""
        return self._commonest(self._targets)

    def _commonest(self, rows: Array) -> float:
        if rows.ndim != 2:
            return 0.0
        _, counts = np.unique(self._decision.chosen(rows), axis=0, return_counts=True)
        return float(counts.max() / len(rows))


def norms(network: Network, name: str, flat: Array) -> dict[str, float]:
    """Compute the Euclidean norm of each layer's part of a flat array of what is trained."""
    squares: dict[str, float] = {}
    for slot in network.layout:
        if slot.declaration.trainable:
            key = f"layer_{slot.layer}_{name}_norm"
            squares[key] = squares.get(key, 0.0) + _square(slot.view(flat).reshape(-1))
    return {key: value**0.5 for key, value in squares.items()}


def _square(part: Array) -> float:
    """The product of a flat array with itself, in float64 where its own type cannot hold it."""
    square = float(part @ part)
    if VANISHING < square < EXPLODING or part.dtype == np.float64:
        return square
    whole = part.astype(np.float64)
    return float(whole @ whole)


def findings(
    history: Mapping[str, Sequence[float]], probe: Probe, classification: bool
) -> Iterator[Finding]:
    """Tell what keeps a network from learning, as far as the last epoch's numbers show it.

    One that answers everything with the same label is stuck at the majority. Beyond that, only a
    network whose loss is still above nine tenths of the first epoch's is said to be stuck: those
    which learn are left alone, however saturated they are.
    """
    losses, measured = history["loss"], probe.look()
    epoch = len(losses) - 1
    if len(losses) < PATIENCE_EPOCHS:
        return
    if losses[-1] >= 0.9 * losses[0]:
        for index in range(len(probe.network.layers)):
            yield from _layer_findings(epoch, index, probe.network, measured)
            yield from _exploding(epoch, index, history)
    if classification and measured["same_answer"] == 1.0 and probe.commonest_target < 1.0:
        share = probe.commonest_target
        detail = (
            "every sample looked at gets the same label, whose share is"
            f" {share:.0%}; another activation, initializer or learning rate gets it unstuck"
        )
        yield Finding(epoch, "majority", None, share, "/training/optimizer/learning_rate", detail)
    elif losses[-1] >= 0.9 * losses[0] and losses[-1] > 0.99 * min(
        losses[:-PATIENCE_EPOCHS] or losses
    ):
        detail = (
            f"the loss is {losses[-1]:.4g}, not 1 % below what it was {PATIENCE_EPOCHS} epochs ago"
        )
        field = "/training/optimizer/learning_rate"
        yield Finding(epoch, "plateau", None, losses[-1], field, detail)


def _layer_findings(
    epoch: int, index: int, network: Network, measured: Mapping[str, float]
) -> Iterator[Finding]:
    dead, saturated = (measured.get(f"layer_{index}_{name}", 0.0) for name in ("dead", "saturated"))
    path = f"/architecture/layers/{index}"
    if dead >= 0.5:
        detail = (
            f"{dead:.0%} of the units of layer {index} are 0 for every sample looked at;"
            f" a lower learning rate or {LeakyRelu.kind} keeps them alive"
        )
        yield Finding(epoch, "dead_units", index, dead, f"{path}/activation", detail)
    if saturated >= 0.5 and index < len(network.layers) - 1:
        detail = (
            f"layer {index} is flat for {saturated:.0%} of its numbers, so that hardly a gradient"
            " passes; smaller first weights or standardized inputs help"
        )
        yield Finding(epoch, "saturated", index, saturated, f"{path}/weight_initializer", detail)


def _exploding(epoch: int, index: int, history: Mapping[str, Sequence[float]]) -> Iterator[Finding]:
    """Tell of norms that grew without end, where the history has them."""
    for name in ("gradient", "weight"):
        norms = history.get(f"layer_{index}_{name}_norm", ())
        first = next((norm for norm in norms if norm > 0), None)
        if first is not None and norms[-1] > EXPLOSION * first:
            times = norms[-1] / first
            detail = (
                f"the {name} norm of layer {index} is {times:.3g} times what it was at first;"
                " a lower learning rate or a bound for the gradient's norm keeps it down"
            )
            yield Finding(epoch, "exploding", index, times, "/training/clip_norm", detail)
            return
