"""Evaluation results in JSON form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from trainlet.datasets import Column, MappedTable, Read
from trainlet.evaluation.evaluate import EvaluatedRows, evaluate_rows
from trainlet.evaluation.per_label import per_label
from trainlet.evaluation.request import EvaluationRequest
from trainlet.readers.statistics import shown
from trainlet.store import Model
from trainlet.store.records import to_text


def evaluate(
    model: Model, request: EvaluationRequest, read: Read, tick: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Evaluate a model and return the results.

    `tick` is called between blocks. Raises ValidationError, with pointers into the request, for
    samples that do not fit the model.
    """
    evaluated = evaluate_rows(model, request, read, tick)
    labels = model.preprocessing.labels
    return {
        "rows": len(evaluated.table.inputs),
        "metrics": to_text(evaluated.metrics),
        "labels": None if labels is None else list(labels),
        "confusion_matrix": evaluated.confusion_matrix(),
        "per_label": per_label(evaluated.encoding, evaluated.outputs, evaluated.targets),
        "calibration": evaluated.calibration(request.bins),
        "worst": [_row(evaluated, row) for row in evaluated.worst(request.worst)],
        "warnings": list(evaluated.warnings),
    }


def _row(evaluated: EvaluatedRows, row: int) -> dict[str, Any]:
    target = evaluated.table.targets[row].tolist()
    if evaluated.encoding.task == "multilabel":
        target = [
            label for label, on in zip(evaluated.encoding.labels or (), target, strict=True) if on
        ]
    elif evaluated.predicted_labels and len(target) == 1:
        (target,) = target
    return {
        "row": row,
        "point": _point(evaluated, row),
        "target": target,
        "output": to_text(evaluated.outputs[row].ravel().tolist()),
        "label": evaluated.predicted_labels[row] if evaluated.predicted_labels else None,
        "error": to_text(float(evaluated.errors[row])),
    }


def _point(evaluated: EvaluatedRows, row: int) -> list[Any]:
    """Return the raw values of a row, with categories and dates as strings."""
    table, chosen = evaluated.table, np.array([row])
    mapped = isinstance(table.inputs, MappedTable)
    numbers = table.inputs.block(chosen) if mapped else table.inputs[chosen]
    forms = table.forms or tuple(Column(name) for name in table.columns)
    return list(shown(numbers, forms)[0])
