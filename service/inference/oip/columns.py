"""Input tensors of a model: one matrix `points`, or a tensor per column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import nan
from typing import Any

import numpy as np
from werkzeug.exceptions import BadRequest

from service.http.problems import MAX_ERRORS
from service.inference.oip.tensors import NUMERIC, Array, Tensor
from service.inference.points import Points, check_count
from trainlet.datasets import Column, FittedPreprocessing
from trainlet.errors import FieldError, ValidationError
from trainlet.suggestion import unknown

INPUT = "points"

DATATYPE = {"number": "FP64", "boolean": "BOOL", "category": "BYTES", "date": "BYTES"}
"""Datatype of a column by its type, as in the metadata."""

ACCEPTED = {
    "number": NUMERIC,
    "boolean": NUMERIC | {"BOOL"},
    "category": frozenset({"BYTES"}),
    "date": frozenset({"BYTES"}),
}

MAX_NAMES_SHOWN = 20


def input_metadata(preprocessing: FittedPreprocessing) -> list[dict[str, Any]]:
    """List the input tensors: `points` if the columns share a datatype, else one per column."""
    columns = preprocessing.typed
    datatypes = [DATATYPE[column.type] for column in columns]
    if len(set(datatypes)) == 1:
        return [{"name": INPUT, "datatype": datatypes[0], "shape": [-1, len(columns)]}]
    return [
        {"name": column.name, "datatype": datatype, "shape": [-1, 1]}
        for column, datatype in zip(columns, datatypes, strict=True)
    ]


def read_points(
    inputs: Mapping[str, Tensor], preprocessing: FittedPreprocessing, most: int
) -> Points:
    """Convert input tensors to raw points (n, columns).

    Raises 400 for tensors that the model does not accept, ValidationError for values that a column
    does not allow, and TooLargeError for more than `most` points.
    """
    columns = preprocessing.typed
    if list(inputs) == [INPUT]:
        return _matrix(inputs[INPUT], columns, most)
    _check_names(inputs, columns)
    rows = inputs[columns[0].name].shape[0]
    for column in columns:
        _check(inputs[column.name], column)
        if inputs[column.name].shape not in ((rows,), (rows, 1)):
            shape = list(inputs[column.name].shape)
            raise BadRequest(
                f"The shape of {column.name!r:.80} must be [{rows}, 1] or [{rows}], not {shape}."
            )
    check_count(rows, most)
    arrays = [_numbers(inputs[column.name].array().ravel(), column) for column in columns]
    return np.stack(arrays, axis=1)


def _matrix(tensor: Tensor, columns: Sequence[Column], most: int) -> Points:
    if len(tensor.shape) != 2 or tensor.shape[1] != len(columns):
        names = _shown(column.name for column in columns)
        raise BadRequest(
            f"The shape of {INPUT!r} must be [n, {len(columns)}], not {list(tensor.shape)};"
            f" the columns are {names}."
        )
    for column in columns:
        _check(tensor, column)
    check_count(tensor.shape[0], most)
    array = tensor.array()
    if tensor.datatype in NUMERIC and all(column.type == "number" for column in columns):
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(array, np.float64)
    return np.stack([_numbers(array[:, index], one) for index, one in enumerate(columns)], axis=1)


def _check_names(inputs: Mapping[str, Tensor], columns: Sequence[Column]) -> None:
    known = dict.fromkeys(column.name for column in columns)
    strange = [name for name in inputs if name not in known]
    missing = [name for name in known if name not in inputs]
    if strange or missing:
        detail = f"{missing[0]!r:.80} is required" if missing else ""
        if strange:
            near = [*known, *[INPUT] * (strange[0] != INPUT)]
            detail = f"{strange[0]!r:.80} {unknown(strange[0], near)}"
        names = _shown(known)
        raise BadRequest(
            f"Input {detail}; the inputs are {INPUT!r} alone, or a tensor per column: {names}."
        )


def _check(tensor: Tensor, column: Column) -> None:
    if tensor.datatype not in ACCEPTED[column.type]:
        allowed = DATATYPE[column.type] if column.type != "number" else "a number, such as FP64"
        more = "" if tensor.name == column.name else f"; send the tensor {column.name!r:.80}"
        raise BadRequest(
            f"The datatype of {tensor.name!r:.80} is {tensor.datatype}; column"
            f" {column.name!r:.80} ({column.type}) must be {allowed}{more}."
        )


def _numbers(values: Array, column: Column) -> Array:
    """Convert the values of a column; missing values become nan. Raises ValidationError."""
    given = values.tolist()
    if column.type in ("category", "date"):
        codes = {text: _code(text, column) for text in set(given)}
        wrong = [row for row, text in enumerate(given) if codes[text] is None]
        numbers: Array = np.array([codes[text] for text in given], np.float64)
    else:
        numbers = values.astype(np.float64)
        allowed = np.isnan(numbers) | (numbers == 0) | (numbers == 1)
        wrong = [] if column.type == "number" else np.flatnonzero(~allowed).tolist()
    if wrong:
        raise ValidationError(
            FieldError(
                (INPUT, row, column.name),
                given[row],
                column.allowed,
                f"must be {column.allowed}, not {given[row]!r:.80}",
            )
            for row in islice(wrong, MAX_ERRORS)
        )
    return numbers


def _code(text: str | None, column: Column) -> float | None:
    """Return the number of a string; null and the empty string are missing values."""
    number = column.number(text)
    return nan if number is None and text == "" else number


def _shown(names: Iterable[str]) -> str:
    some = list(islice(names, MAX_NAMES_SHOWN + 1))
    return ", ".join(some[:MAX_NAMES_SHOWN]) + ", …" * (len(some) > MAX_NAMES_SHOWN)
