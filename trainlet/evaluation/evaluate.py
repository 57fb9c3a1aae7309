"""Outputs of a model compared with the targets of a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Read, Table, TargetEncoding
from trainlet.errors import FieldError, ValidationError
from trainlet.evaluation.measures import measures
from trainlet.evaluation.request import EvaluationRequest
from trainlet.evaluation.samples import samples_for
from trainlet.network import evaluator
from trainlet.network.rows import RowSource, gather
from trainlet.store import Model

Array = NDArray[Any]


@dataclass(frozen=True)
class EvaluatedRows:
    """Samples, targets (rows, units) and the network's outputs."""

    table: Table
    encoding: TargetEncoding
    targets: Array
    outputs: Array
    metrics: dict[str, float]
    warnings: tuple[str, ...] = ()

    @cached_property
    def predicted_labels(self) -> list[Any] | None:
        """Predicted label or labels of each row; None for regression."""
        return self.encoding.decode(self.outputs)

    @cached_property
    def errors(self) -> Array:
        """Squared error Σ (y − t)² of each row over the units, in float64."""
        difference = self.outputs.astype(np.float64) - self.targets
        return np.asarray(np.square(difference).sum(axis=1))

    def worst(self, count: int) -> list[int]:
        """Return the rows with the largest errors, worst first; not finite is worst of all."""
        order = np.argsort(-np.nan_to_num(self.errors, nan=np.inf), kind="stable")
        return [int(row) for row in order[:count]]

    def confusion_matrix(self) -> list[Any] | None:
        """Return how often each true label (row) was predicted as each label (column).

        For multilabel return one matrix per label, with absent before present.
        """
        labels, decision = self.encoding.labels, self.encoding.decision
        if labels is None:
            return None
        if decision.multilabel:
            true, predicted = decision.chosen(self.targets), decision.chosen(self.outputs)
            cells = [(a, b) for a in (~true, true) for b in (~predicted, predicted)]
            counts = np.stack([(a & b).sum(axis=0) for a, b in cells], axis=1)
            return list(counts.reshape(-1, 2, 2).tolist())
        counts = np.zeros((len(labels), len(labels)), np.int64)
        places = decision.positions(self.targets), decision.positions(self.outputs)
        np.add.at(counts, places, 1)
        return list(counts.tolist())

    def calibration(self, bins: int) -> dict[str, Any] | None:
        """Return accuracy and confidence, the predicted label's output, in bins of equal width.

        For multilabel each label of each row counts separately; the confidence of an absent label
        is 1 − a.
        """
        if self.encoding.labels is None:
            return None
        decision = self.encoding.decision
        scores = decision.scores(self.outputs)
        if not ((scores >= 0) & (scores <= 1)).all():
            return None
        if decision.multilabel:
            confidence = np.maximum(scores, 1 - scores).astype(np.float64).ravel()
            correct = decision.chosen(self.outputs) == decision.chosen(self.targets)
            correct = correct.ravel()
        else:
            confidence = scores.max(axis=1).astype(np.float64)
            correct = decision.positions(self.targets) == decision.positions(self.outputs)
        bin_index = np.minimum((confidence * bins).astype(int), bins - 1)
        rows, error = [], 0.0
        for index in range(bins):
            inside = bin_index == index
            count = int(inside.sum())
            mean = float(confidence[inside].mean()) if count else None
            accuracy = float(correct[inside].mean()) if count else None
            if mean is not None and accuracy is not None:
                error += count / len(bin_index) * abs(accuracy - mean)
            row: dict[str, Any] = {"low": index / bins, "high": (index + 1) / bins, "count": count}
            rows.append(row | {"confidence": mean, "accuracy": accuracy})
        return {"expected_error": error, "bins": rows}


def evaluate_rows(
    model: Model, request: EvaluationRequest, read: Read, tick: Callable[[], None] = lambda: None
) -> EvaluatedRows:
    """Predict the samples of a source and return them with their targets.

    `tick` is called between blocks. Raises ValidationError, with pointers into the request, for
    samples that do not fit the model.
    """
    preprocessing, network = model.preprocessing, model.network
    samples = samples_for(model, request, read)
    table = samples.table
    try:
        inputs = preprocessing.rows(samples.known.inputs, network.dtype)
        targets = requested_rows(model, table)
    except ValidationError as error:
        raise ValidationError(field_error.under("source") for field_error in error.errors) from None
    loss, metrics = measures(model)
    encoding = preprocessing.encoding
    evaluate = evaluator(
        network, model.parameters, loss, metrics, preprocessing.target_factor, encoding.decision
    )
    outputs = np.empty(targets.shape, network.dtype)
    try:
        result = evaluate(_ReportingRows(inputs, tick), targets, outputs)
    except ValidationError as error:  # mapped samples are preprocessed during evaluation
        raise ValidationError(field_error.under("source") for field_error in error.errors) from None
    reasons = {one.name: one.undefined(targets, encoding.decision) for one in metrics}
    warnings = (
        *samples.warnings,
        *(f"{name} is nan: {reason}" for name, reason in reasons.items() if reason),
    )
    return EvaluatedRows(table, encoding, targets, outputs, result, warnings)


class _ReportingRows:
    """Samples that call `tick` when some are read."""

    def __init__(self, rows: Array | RowSource, tick: Callable[[], None]) -> None:
        self._rows = rows
        self._tick = tick
        self.shape, self.dtype = rows.shape, rows.dtype

    def __len__(self) -> int:
        return len(self._rows)

    def gather(self, rows: Array, out: Array) -> None:
        self._tick()
        try:
            gather(self._rows, rows, out)
        except ValidationError as error:
            raise ValidationError(
                replace(
                    field_error, path=(int(rows[int(field_error.path[0])]), *field_error.path[1:])
                )
                for field_error in error.errors
            ) from None


def requested_rows(model: Model, table: Table) -> Array:
    """Return the encoded targets (rows, units).

    Raises ValidationError for targets that do not fit the model or its loss.
    """
    encoding, units = model.preprocessing.encoding, model.network.output_shape[-1]
    rows = encoding.takes_rows
    expected = f"{units} numbers per row" if rows else "one label per row"
    width = units if rows else 1
    numeric = table.targets.dtype.kind in ("fiub" if width > 1 else "fiu")
    if table.targets.shape[1] != width or (rows and not numeric):
        actual = list(table.targets.shape)
        raise ValidationError([FieldError(("targets",), actual, expected, f"must be {expected}")])
    try:
        result = model.preprocessing.targets(table.targets, model.network.dtype)
    except ValidationError as error:
        raise ValidationError(
            field_error.under("targets") for field_error in error.errors
        ) from None
    loss, _ = measures(model)
    refused = loss.target_error(result)
    if refused is not None:
        raise ValidationError([refused])
    return result.reshape(-1, *model.network.output_shape)
