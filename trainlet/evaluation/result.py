"""Results: what is told of a model that was judged, as JSON can hold it."""

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
    """Judge a model and tell what was found; `tick` is called now and then.

    Raises ValidationError, with pointers into the request, for samples that are not what it was
    made for.
    """
    judged = evaluate_rows(model, request, read, tick)
    labels = model.preparation.labels
    return {
        "rows": len(judged.table.inputs),
        "metrics": to_text(judged.metrics),
        "labels": None if labels is None else list(labels),
        "confusion": judged.confusion(),
        "per_label": per_label(judged.encoding, judged.outputs, judged.targets),
        "calibration": judged.calibration(request.bins),
        "worst": [_row(judged, row) for row in judged.worst(request.worst)],
        "warnings": list(judged.warnings),
    }


def _row(judged: EvaluatedRows, row: int) -> dict[str, Any]:
    target = judged.table.targets[row].tolist()
    if judged.encoding.task == "multilabel":
        target = [
            label for label, on in zip(judged.encoding.labels or (), target, strict=True) if on
        ]
    elif judged.answered and len(target) == 1:
        (target,) = target
    return {
        "row": row,
        "point": _point(judged, row),
        "target": target,
        "output": to_text(judged.outputs[row].ravel().tolist()),
        "label": judged.answered[row] if judged.answered else None,
        "error": to_text(float(judged.errors[row])),
    }


def _point(judged: EvaluatedRows, row: int) -> list[Any]:
    """The raw values of a row, in words where the data have words."""
    table, chosen = judged.table, np.array([row])
    mapped = isinstance(table.inputs, MappedTable)
    numbers = table.inputs.block(chosen) if mapped else table.inputs[chosen]
    forms = table.forms or tuple(Column(name) for name in table.columns)
    return list(shown(numbers, forms)[0])
