"""Judging: a model's outputs beside the targets of a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Encoding, Label, Read, Source, Table, categories
from trainlet.errors import Fault, Invalid
from trainlet.judging.measures import measures
from trainlet.judging.samples import samples_for
from trainlet.network import evaluator
from trainlet.network.rows import Rows, gather
from trainlet.store import Model

Array = NDArray[Any]


@dataclass(frozen=True)
class Judged:
    """Samples, the targets as the network should have said them, and what it said."""

    table: Table
    encoding: Encoding
    targets: Array
    outputs: Array
    metrics: dict[str, float]
    warnings: tuple[str, ...] = ()

    @cached_property
    def answered(self) -> list[Label] | None:
        """The label of each row; None where outputs are values."""
        return self.encoding.decode(self.outputs)

    @cached_property
    def errors(self) -> Array:
        """Σ (y − t)² over the units, per row, in float64."""
        difference = self.outputs.astype(np.float64) - self.targets
        return np.asarray(np.square(difference).sum(axis=1))

    def worst(self, count: int) -> list[int]:
        """The rows furthest off, worst first; what is not finite is worst of all."""
        order = np.argsort(-np.nan_to_num(self.errors, nan=np.inf), kind="stable")
        return [int(row) for row in order[:count]]

    def confusion(self) -> list[list[int]] | None:
        """How often each label (row) was answered by each (column)."""
        labels = self.encoding.labels
        if labels is None:
            return None
        counts = np.zeros((len(labels), len(labels)), np.int64)
        np.add.at(counts, (self._places(self.targets), self._places(self.outputs)), 1)
        return [[int(count) for count in row] for row in counts]

    def calibration(self, bins: int) -> dict[str, Any] | None:
        """Accuracy beside confidence, the output of the answered label, in bins of equal width."""
        if self.encoding.labels is None:
            return None
        scores = self.encoding.scores(self.outputs)
        if not ((scores >= 0) & (scores <= 1)).all():
            return None
        confidence = scores.max(axis=1).astype(np.float64)
        right = self._places(self.targets) == self._places(self.outputs)
        place = np.minimum((confidence * bins).astype(int), bins - 1)
        told, error = [], 0.0
        for index in range(bins):
            chosen = place == index
            count = int(chosen.sum())
            sure = float(confidence[chosen].mean()) if count else None
            share = float(right[chosen].mean()) if count else None
            if sure is not None and share is not None:
                error += count / len(place) * abs(share - sure)
            one: dict[str, Any] = {"low": index / bins, "high": (index + 1) / bins, "count": count}
            told.append(one | {"confidence": sure, "accuracy": share})
        return {"expected_error": error, "bins": told}

    def _places(self, rows: Array) -> Array:
        """The place of the label that each row of numbers stands for."""
        if rows.shape[1] > 1:
            return np.asarray(rows.argmax(axis=1))
        threshold = 0.0 if self.encoding.form == "plus_minus_one" else 0.5
        return np.asarray(rows[:, 0] > threshold).astype(np.intp)


def judge(
    model: Model, source: Source, read: Read, tick: Callable[[], None] = lambda: None
) -> Judged:
    """Let a model answer the samples of a source; `tick` is called now and then.

    Raises Invalid, with pointers below `source`, for samples that are not what it was made for.
    """
    preparation, network = model.preparation, model.network
    try:
        table = samples_for(model, source, read)
        typed = table.forms and preparation.forms
        known = categories.recoded(table, preparation.forms) if typed else table
        inputs = preparation.rows(known.inputs, network.dtype)
        targets = wanted(model, table)
    except Invalid as error:
        raise Invalid(fault.under("source") for fault in error.faults) from None
    loss, metrics = measures(model)
    evaluate = evaluator(network, model.parameters, loss, metrics, preparation.target_factor)
    outputs = np.empty(targets.shape, network.dtype)
    try:
        found = evaluate(_Watched(inputs, tick), targets, outputs)
    except Invalid as error:  # of samples that are prepared on the way
        raise Invalid(fault.under("source") for fault in error.faults) from None
    warnings = categories.warnings(table.forms, known.forms)
    return Judged(table, preparation.encoding, targets, outputs, found, warnings)


class _Watched:
    """Samples that tell when some are read."""

    def __init__(self, rows: Array | Rows, tick: Callable[[], None]) -> None:
        self._rows = rows
        self._tick = tick
        self.shape, self.dtype = rows.shape, rows.dtype

    def __len__(self) -> int:
        return len(self._rows)

    def gather(self, rows: Array, out: Array) -> None:
        self._tick()
        try:
            gather(self._rows, rows, out)
        except Invalid as error:
            raise Invalid(
                replace(fault, path=(int(rows[int(fault.path[0])]), *fault.path[1:]))
                for fault in error.faults
            ) from None


def wanted(model: Model, table: Table) -> Array:
    """The targets as the network should say them (rows, units)."""
    encoding, units = model.preparation.encoding, model.network.output_shape[-1]
    words = f"{units} numbers a row" if encoding.form == "as_given" else "one label a row"
    width = units if encoding.form == "as_given" else 1
    numeric = table.targets.dtype.kind in "fiu"
    if table.targets.shape[1] != width or (encoding.form == "as_given" and not numeric):
        seen = list(table.targets.shape)
        raise Invalid([Fault(("targets",), seen, words, f"targets must be {words}")])
    try:
        found = model.preparation.targets(table.targets, model.network.dtype)
    except Invalid as error:
        raise Invalid(fault.under("targets") for fault in error.faults) from None
    return found.reshape(-1, *model.network.output_shape)
