"""Inference from raw points to outputs and labels, shared by all prediction endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.context import Context
from service.http.npy import NPY, read_npy
from service.http.problems import MAX_ERRORS
from service.inference.model_cache import LoadedModel
from service.inference.points import Points, check_count, read_points
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import FieldError, ValidationError

SCOPES = ("predict",)
"""Scopes that allow predictions."""


@dataclass(frozen=True)
class ModelRef:
    """A model in memory, with its name and resolved version."""

    name: str
    version: int
    model: LoadedModel


def find(ctx: Context, name: str, version: str | None = None) -> ModelRef:
    """Find a model by name, and version or alias; without one, the newest version.

    Raises NotFoundError, or CorruptFileError.
    """
    stored = ctx.store.models
    if version is None:
        number = stored.newest(name)
        model = ctx.models.get(stored.kept_as(name), number, is_there=True)
        return ModelRef(name, number, model)
    number = stored.number(name, version)
    return ModelRef(name, number, ctx.models.get(stored.kept_as(name), number))


def outputs_of(model: LoadedModel, points: Points) -> NDArray[Any]:
    """Return the outputs (n, units) of raw points (n, columns).

    Raises ValidationError with the row for points that are not finite or have non-finite outputs.
    """
    try:
        inputs = model.preprocessing.inputs(points, model.dtype)
    except ValidationError as error:
        raise ValidationError(field_error.under("points") for field_error in error.errors) from None
    outputs = model.outputs_of(inputs.reshape(-1, *model.input_shape))
    finite = np.isfinite(outputs)
    if not finite.all():
        rows = np.flatnonzero(~finite.all(axis=1))
        expected = "a point with a finite output"
        detail = "must give a finite output; the point is too far from the training data"
        raise ValidationError(
            FieldError(("points", int(row)), points[row].tolist(), expected, detail)
            for row in islice(rows, MAX_ERRORS)
        )
    return outputs


def points_in(body: bytes, media_type: str, model: LoadedModel, most: int) -> Points:
    """Parse the raw points (n, columns) of a JSON or npy body.

    Raises 400, ValidationError and TooLargeError.
    """
    if media_type == NPY:
        return points_of(read_npy(body), model, most)
    return read_points(body, model.preprocessing, most)


def points_of(array: NDArray[Any], model: LoadedModel, most: int) -> Points:
    """Convert an array to raw points (n, columns) in float64.

    Raises ValidationError for another shape, and TooLargeError for more than `most` points.
    """
    columns = model.preprocessing.columns
    if array.ndim != 2 or array.shape[1] != len(columns):
        expected = f"the shape [n, {len(columns)}]: {', '.join(columns)}"
        raise ValidationError(
            [FieldError(("points",), list(array.shape), expected, f"must have {expected}")]
        )
    for form in model.preprocessing.forms:
        if form.type == "category":
            expected = "points as JSON, where categories are strings"
            message = f"must be JSON, because column {form.name} contains categories"
            raise ValidationError([FieldError(("points",), form.name, expected, message)])
    check_count(len(array), most)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, np.float64)


def array_of(model: LoadedModel, outputs: NDArray[Any]) -> NDArray[Any]:
    """Return the array for an npy response: values of a regression, otherwise outputs."""
    preprocessing = model.preprocessing
    return outputs if preprocessing.labels is not None else preprocessing.values_of(outputs)


def prediction_document(ref: ModelRef, outputs: NDArray[Any]) -> dict[str, Any]:
    """Return the JSON document: the model, and the result of `prediction`."""
    model = {"name": ref.name, "version": ref.version}
    return {"model": model} | prediction(ref.model.preprocessing, outputs)


def prediction(preprocessing: FittedPreprocessing, outputs: NDArray[Any]) -> dict[str, Any]:
    """Return outputs (n, units) with their labels or values."""
    labels = preprocessing.labels_of(outputs)
    if labels is None:
        return {"outputs": outputs, "values": preprocessing.values_of(outputs)}
    return {"outputs": outputs, "labels": labels}
