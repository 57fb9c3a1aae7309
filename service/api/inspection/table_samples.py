"""Labeled samples in a table, read with the options of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import request
from numpy.typing import NDArray

from service.api.models.tables import read_table, reading_options
from service.api.schemas.table_queries import SamplesQuery
from service.context import Context
from service.http.bodies import read_bytes
from service.http.problems import MAX_ERRORS, InvalidQueryError
from trainlet.datasets import Column, Label
from trainlet.datasets.selection import shown
from trainlet.errors import FieldError, ValidationError
from trainlet.store import Model

Array = NDArray[Any]


@dataclass(frozen=True)
class TableSamples:
    """Raw points (n, columns), and one target per point: a label or a row of numbers."""

    points: Array
    targets: list[Any]


def read_samples(model: Model, query: SamplesQuery, ctx: Context) -> TableSamples:
    """Read samples from the table in the request.

    Raises ValidationError with line and column of an invalid value, and InvalidQueryError if the
    target columns are ambiguous.
    """
    body, media_type = read_bytes(), request.mimetype
    options, most = reading_options(query, media_type, model), ctx.settings.max_points
    names = query.target or _of_training(model)
    if names is None:
        names = read_table(body, media_type, options, model, most).ignored
    units = model.network.output_shape[-1]
    count = units if model.preprocessing.encoding.takes_rows else 1
    if len(names) != count:
        expected = f"{count} target column{'s' * (count != 1)}"
        rest = f"besides the inputs there are: {shown(names)}" if names else "there is no other"
        detail = f"must name {expected}; {rest}"
        raise InvalidQueryError([FieldError(("target",), list(names), expected, detail)])
    labels = () if model.preprocessing.encoding.takes_rows else model.preprocessing.labels or ()
    column = _column(labels)
    columns = tuple(Column(name, column.type, column.categories) for name in names)
    rows = read_table(body, media_type, options, model, most, columns).points
    points, codes = np.split(rows, [len(model.preprocessing.columns)], axis=1)
    _check_missing(codes, names)
    return TableSamples(points, _targets(codes, column, labels))


def _of_training(model: Model) -> tuple[str, ...] | None:
    return None if model.spec is None else model.spec.dataset.preprocessing.selection.target


def _column(labels: tuple[Label, ...]) -> Column:
    """Return the type of a target column: a category of the labels, or numeric without labels."""
    kinds = {type(label) for label in labels}
    if kinds == {bool}:
        return Column("", "boolean")
    if kinds <= {int, float}:
        return Column("")
    return Column("", "category", tuple(map(str, labels)))


def _targets(codes: Array, column: Column, labels: tuple[Label, ...]) -> list[Any]:
    """Decode the reader's numbers to targets."""
    rows: list[Any] = codes.tolist()
    if codes.shape[1] != 1:
        return rows
    if column.type == "category":
        return [labels[int(code)] for (code,) in rows]
    return [bool(code) if column.type == "boolean" else code for (code,) in rows]


def _check_missing(codes: Array, names: tuple[str, ...]) -> None:
    missing = np.argwhere(np.isnan(codes))[:MAX_ERRORS].tolist()
    if missing:
        raise ValidationError(
            FieldError(
                ("targets", row), None, "a target", f"must not be missing in column {names[column]}"
            )
            for row, column in missing
        )
