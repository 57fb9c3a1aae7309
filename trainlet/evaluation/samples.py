"""Samples of a source with a model's columns and categories."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from trainlet.datasets import Column, MappedTable, Read, Table, categories
from trainlet.datasets.categories import UNSEEN
from trainlet.datasets.columns import Label
from trainlet.errors import FieldError, ValidationError
from trainlet.evaluation.matching import Matching
from trainlet.evaluation.request import EvaluationRequest
from trainlet.store import Model

MAX_LABELS_SHOWN = 5


@dataclass(frozen=True)
class Samples:
    """Rows with the model's columns in its order.

    `table` has the categories of the source, `known` those of the model. `warnings` count ignored
    columns, rows and categories.
    """

    table: Table
    known: Table
    warnings: tuple[str, ...]


def rows_of(model: Model, request: EvaluationRequest, read: Read) -> int:
    """Return the number of samples of a source without loading them.

    Raises ValidationError if its columns do not fit the model.
    """
    try:
        description = request.source.describe(read)
    except ValidationError as error:
        raise ValidationError(field_error.under("source") for field_error in error.errors) from None
    Matching.of(model, request, description)
    return description.rows


def samples_for(model: Model, request: EvaluationRequest, read: Read) -> Samples:
    """Load the samples of a source for a model.

    Raises ValidationError for columns that do not fit, for missing values unless the model imputes
    them or its job dropped their rows, and for labels that the model does not know.
    """
    try:
        description = request.source.describe(read)
        whole = request.source.load(read)
    except ValidationError as error:
        raise ValidationError(field_error.under("source") for field_error in error.errors) from None
    matching = Matching.of(model, request, description)
    _check_missing(model, matching, {one.column.name: one.missing for one in description.details})
    table = matching.selection.table(whole, _drops(model))
    table = replace(table, columns=model.preprocessing.columns)
    dropped = description.rows - len(table.inputs)
    if not len(table.inputs):
        expected = "at least one row without missing values"
        raise ValidationError(
            [FieldError(("source",), description.rows, expected, f"must contain {expected}")]
        )
    _check_labels(model, table)
    typed = table.forms and model.preprocessing.forms
    known = categories.recoded(table, _renamed(model, table)) if typed else table
    warnings = matching.warnings + _unknown_categories(known, table)
    if dropped:
        rows = f"{dropped} rows were" if dropped > 1 else "1 row was"
        warnings += (f"{rows} dropped because a value is missing",)
    return Samples(table, known, warnings)


def _renamed(model: Model, table: Table) -> tuple[Column, ...]:
    """Return the model's columns; a column without values keeps its type in the table."""
    return tuple(
        own if own.type == actual.type else actual
        for own, actual in zip(model.preprocessing.forms, table.forms, strict=True)
    )


def _drops(model: Model) -> bool:
    return model.spec is not None and model.spec.dataset.preprocessing.missing == "drop"


def _check_missing(model: Model, matching: Matching, missing: dict[str, int]) -> None:
    """Raise ValidationError for each column with missing values that the model does not allow."""
    if _drops(model):
        return
    fills = model.preprocessing.fill is not None
    names = (*(() if fills else matching.inputs), *(matching.targets or ()))
    expected = "no missing values"
    errors = [
        FieldError(
            ("source",),
            missing[name],
            expected,
            f"column {name} must have {expected}, not {missing[name]}",
        )
        for name in names
        if missing.get(name)
    ]
    if errors:
        raise ValidationError(errors)


def _check_labels(model: Model, table: Table) -> None:
    """Raise ValidationError, with counts, for labels that the model does not know."""
    labels = model.preprocessing.labels
    if labels is None or model.preprocessing.encoding.takes_rows or table.targets.shape[1] != 1:
        return
    known = {_typed(label) for label in labels}
    column = [_typed(label) for label in table.targets[:, 0].tolist()]
    counts = Counter(column)
    unknown = [(label, count) for label, count in counts.items() if label not in known]
    if not unknown:
        return
    errors = []
    for label, count in unknown[:MAX_LABELS_SHOWN]:
        expected = f"one of {', '.join(map(str, labels[:20]))}"
        name = _shown_label(label[1])
        detail = f"must be {expected}; {name} occurs {count} time{'s' * (count != 1)}"
        path = ("source", "targets", column.index(label))
        errors.append(FieldError(path, label[1], expected, detail))
    raise ValidationError(errors)


def _typed(label: Label) -> tuple[str, Label]:
    """Return a label with its type: true differs from 1, but 1.0 equals 1."""
    if isinstance(label, bool):
        return "boolean", label
    return ("text", label) if isinstance(label, str) else ("number", label)


def _shown_label(label: Label) -> str:
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _unknown_categories(known: Table, table: Table) -> tuple[str, ...]:
    """Return a warning for each column with categories that are unknown to the model."""
    sentences = []
    for place, (own, actual) in enumerate(zip(known.forms, table.forms, strict=True)):
        if own.type != "category":
            continue
        lost = sorted(set(actual.categories or ()) - set(own.categories or ()))
        if not lost:
            continue
        mapped = isinstance(known.inputs, MappedTable)
        column = known.inputs.of_columns([place]) if mapped else known.inputs[:, [place]]
        blocks = column.blocks() if mapped else [column]
        count = sum(int(np.count_nonzero(block == UNSEEN)) for block in blocks)
        if count:
            shown = ", ".join(lost[:MAX_LABELS_SHOWN]) + ", …" * (len(lost) > MAX_LABELS_SHOWN)
            sentences.append(
                f"column {own.name}: {count} row{'s' * (count != 1)} with a category that is not"
                f" in the training set ({shown}), encoded as none of the categories"
            )
    return tuple(sentences)
