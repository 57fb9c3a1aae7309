"""Training diagnostics: dead units, saturation, exploding and vanishing gradients."""

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
"""Number of training samples, evenly spread, that the diagnostics use."""

SATURATED = 0.99**0.5
"""Distance of sigmoid or tanh from its center, as a fraction, where 1 % of its gradient is left."""

EXPLOSION = 10.0
"""Growth factor from which norms explode, if the network does not learn."""

VANISHING, EXPLODING = 1e-20, 1e20
"""Bounds between which a sum of squares in float32 neither underflows nor overflows."""

PATIENCE_EPOCHS = 5
"""Number of epochs before a finding can report that training is stuck."""


@dataclass(frozen=True)
class Finding:
    """A training problem: since which epoch, in which layer, its size and what to change."""

    epoch: int
    kind: str
    layer: int | None
    value: float
    field: str
    detail: str

    @property
    def message(self) -> str:
        """Detail with a JSON Pointer to the field of the spec to change."""
        return f"{self.detail} (#{self.field})"


class Probe:
    """Evaluates some training samples with the parameters at the time of each call."""

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
        """Return each layer's fraction of dead units and of saturated activations.

        A relu unit is dead if it is 0 for every sample. Sigmoid or tanh is saturated where its
        derivative is below 1 % of its maximum. `same_answer` is the fraction of the network's
        most frequent prediction.
        """
        result, outputs = [], []
        for block in self._blocks:
            self._plan.inputs[...] = turn(block)
            with np.errstate(all="ignore"):
                replay(self._plan.forward)
            result.append(dict(self._units()))
            outputs.append(turn(self._plan.outputs).copy())
        fractions = {"same_answer": self._commonest(np.concatenate(outputs))}
        for name in result[0]:
            units = [block[name] for block in result]
            dead = isinstance(units[0], np.ndarray)
            fractions[name] = (
                np.all(units, axis=0).mean().item() if dead else sum(units) / len(units)
            )
        return fractions

    def _units(self) -> Iterator[tuple[str, Any]]:
        """Yield which units are 0 for all of a block, or a layer's number of saturated values."""
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
        """Size of the probe's buffers in bytes."""
        return self._plan.tape.bytes

    @property
    def commonest_target(self) -> float:
        """Fraction of the most frequent label among the probed samples."""
        return self._commonest(self._targets)

    def _commonest(self, rows: Array) -> float:
        if rows.ndim != 2:
            return 0.0
        _, counts = np.unique(self._decision.chosen(rows), axis=0, return_counts=True)
        return float(counts.max() / len(rows))


def norms(network: Network, name: str, flat: Array) -> dict[str, float]:
    """Return the Euclidean norm of each layer's part of a flat array of trained parameters."""
    squares: dict[str, float] = {}
    for slot in network.layout:
        if slot.declaration.trainable:
            key = f"layer_{slot.layer}_{name}_norm"
            squares[key] = squares.get(key, 0.0) + _square(slot.view(flat).reshape(-1))
    return {key: value**0.5 for key, value in squares.items()}


def _square(part: Array) -> float:
    """Return the product of a flat array with itself, in float64 if its dtype loses precision."""
    square = float(part @ part)
    if VANISHING < square < EXPLODING or part.dtype == np.float64:
        return square
    whole = part.astype(np.float64)
    return float(whole @ whole)


def findings(
    history: Mapping[str, Sequence[float]], probe: Probe, classification: bool
) -> Iterator[Finding]:
    """Yield the problems that keep a network from learning, from the last epoch's numbers.

    A network that predicts one label for every sample is stuck at the majority. Otherwise only a
    network whose loss is above 90 % of the first epoch's loss is stuck. Networks that learn have
    no findings, however saturated they are.
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
        fraction = probe.commonest_target
        detail = (
            "every probed sample gets the same label, whose fraction of the targets is"
            f" {fraction:.0%}; try another activation, initializer or learning rate"
        )
        yield Finding(
            epoch, "majority", None, fraction, "/training/optimizer/learning_rate", detail
        )
    elif losses[-1] >= 0.9 * losses[0] and losses[-1] > 0.99 * min(
        losses[:-PATIENCE_EPOCHS] or losses
    ):
        detail = (
            f"the loss is {losses[-1]:.4g}, less than 1 % below the loss {PATIENCE_EPOCHS} epochs"
            " ago"
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
            f"{dead:.0%} of the units of layer {index} are 0 for every probed sample;"
            f" try a lower learning rate or {LeakyRelu.kind}"
        )
        yield Finding(epoch, "dead_units", index, dead, f"{path}/activation", detail)
    if saturated >= 0.5 and index < len(network.layers) - 1:
        detail = (
            f"layer {index} is saturated for {saturated:.0%} of its activations, so that the"
            " gradient nearly vanishes; try smaller initial weights or standardized inputs"
        )
        yield Finding(epoch, "saturated", index, saturated, f"{path}/weight_initializer", detail)


def _exploding(epoch: int, index: int, history: Mapping[str, Sequence[float]]) -> Iterator[Finding]:
    """Yield the norms that explode, if the history contains norms."""
    for name in ("gradient", "weight"):
        norms = history.get(f"layer_{index}_{name}_norm", ())
        first = next((norm for norm in norms if norm > 0), None)
        if first is not None and norms[-1] > EXPLOSION * first:
            times = norms[-1] / first
            detail = (
                f"the {name} norm of layer {index} is {times:.3g} times its initial value;"
                " try a lower learning rate or gradient clipping"
            )
            yield Finding(epoch, "exploding", index, times, "/training/clip_norm", detail)
            return
