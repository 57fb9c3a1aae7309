"""Judging: a model's outputs beside the targets of a source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import (
    Column,
    Encoding,
    FittedPreparation,
    Label,
    Preparation,
    Read,
    Source,
    Table,
    categories,
)
from trainlet.datasets.table import column_names
from trainlet.errors import Fault, Invalid
from trainlet.network import (
    R2,
    AbsoluteError,
    Accuracy,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
    Metric,
    Sigmoid,
    Softmax,
    evaluator,
    predictor,
)
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


def judge(model: Model, source: Source, read: Read, most: int) -> Judged:
    """Let a model answer the samples of a source, at most `most` rows.

    Raises Invalid, with pointers below `source`, for samples that are not what it was made for.
    """
    preparation, network = model.preparation, model.network
    try:
        table = _arranged(_chosen(model, source, read, most), preparation)
        inputs = preparation.inputs(table.inputs, network.dtype)
        targets = wanted(model, table)
    except Invalid as error:
        raise Invalid(fault.under("source") for fault in error.faults) from None
    loss, metrics = measures(model)
    evaluate = evaluator(network, model.parameters, loss, metrics, preparation.target_factor)
    found = evaluate(inputs, targets)
    outputs = predictor(network, model.parameters)(inputs)
    return Judged(table, preparation.encoding, targets, outputs, found)


def _chosen(model: Model, source: Source, read: Read, most: int) -> Table:
    """The rows of a source; one that tells no targets is read as the model's own data were."""
    description = source.describe(read)
    _check_rows(description.rows, most)
    own = Preparation() if model.spec is None else model.spec.dataset.preparation
    if description.target_columns:
        own = replace(own, columns=None, target=None)
    own.choose(description)
    table = own.table(source.load(read))
    blocks = list(FittedPreparation.blocks(table.inputs))
    return replace(table, inputs=np.concatenate(blocks) if len(blocks) > 1 else blocks[0])


def _check_rows(rows: int, most: int) -> None:
    if rows > most:
        words = f"at most {most} rows (setting TRAINLET_MAX_POINTS)"
        raise Invalid([Fault((), rows, words, f"{rows} rows are too many: {words}")])


def _arranged(table: Table, preparation: FittedPreparation) -> Table:
    """The table with the model's columns in its order; unnamed ones are taken as they stand."""
    columns = preparation.columns
    if table.columns not in (columns, column_names(len(columns))):
        if sorted(table.columns) != sorted(columns):
            words = f"the columns {', '.join(columns[:20])}{', …' * (len(columns) > 20)}"
            raise Invalid([Fault((), list(table.columns), words, f"must have {words}")])
        order = [table.columns.index(name) for name in columns]
        forms = tuple(table.forms[place] for place in order) if table.forms else ()
        table = replace(table, columns=columns, inputs=table.inputs[:, order], forms=forms)
    if not any(form.type == "category" for form in preparation.forms):
        return table
    forms = table.forms or tuple(Column(name) for name in table.columns)
    for own, form in zip(preparation.forms, forms, strict=True):
        if own.type != form.type:
            words = f"a column {own.name} of type {own.type}"
            raise Invalid([Fault((), form.type, words, f"must have {words}, not {form.type}")])
    return categories.recoded(table, preparation.forms)


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
        return model.preparation.targets(table.targets, model.network.dtype)
    except Invalid as error:
        raise Invalid(fault.under("targets") for fault in error.faults) from None


def measures(model: Model) -> tuple[Loss, tuple[Metric, ...]]:
    """Loss and metrics: those of the spec where they work with the output, else by task."""
    activation, classifies = model.network.output_activation, model.preparation.labels is not None
    by_task: tuple[Metric, ...] = (Accuracy(),) if classifies else (AbsoluteError(), R2())
    usual: Loss = MeanSquaredError()
    if classifies and isinstance(activation, Sigmoid):
        usual = BinaryCrossEntropy()
    if classifies and isinstance(activation, Softmax):
        usual = CategoricalCrossEntropy()
    if model.spec is None:
        return usual, by_task
    loss, metrics = model.spec.training.loss, model.spec.training.metrics
    if isinstance(loss, str) or (loss.takes_over and not isinstance(activation, loss.takes_over)):
        loss = usual
    if isinstance(metrics, str) or any(one.classifies != classifies for one in metrics):
        metrics = by_task
    return loss, metrics
