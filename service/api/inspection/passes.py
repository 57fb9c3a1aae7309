"""Forward and backward passes through a network for points in the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from flask import Response, request
from numpy.typing import NDArray

from service.api.inspection.layer_numbers import layers_response, page
from service.api.inspection.table_samples import read_samples
from service.api.models.tables import (
    TABLES,
    TablePoints,
    given_options,
    read_table,
    reading_options,
)
from service.api.schemas.table_queries import SamplesQuery, TableLayersQuery, TableQuery
from service.context import Context
from service.http.bodies import JSON, read_bytes, read_document
from service.http.problems import MAX_ERRORS
from service.inference.points import check_count, read_points, to_points
from trainlet.config import to_json
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import FieldError, TooLargeError, ValidationError
from trainlet.evaluation import measures
from trainlet.network import Network
from trainlet.network.class_weights import sample_weights
from trainlet.network.inspection import backpropagate, forward
from trainlet.network.losses import Loss
from trainlet.store import Model
from trainlet.suggestion import unknown

Array = NDArray[Any]
ClassWeights = tuple[float, ...] | str
ARRAYS_PER_LAYER = 4
NUMBER_BYTES = 8


@dataclass(frozen=True)
class Subject:
    """A network to inspect, its model, and its name in responses."""

    name: Mapping[str, Any]
    model: Model
    generator: Callable[[], np.random.Generator]

    @classmethod
    def of_model(cls, name: str, version: int, model: Model) -> Subject:
        """Return the subject of a model, with the seed of its training for random layers."""
        seed = [0 if model.spec is None else model.spec.training.seed, *b"layers"]
        return cls(
            {"model": {"name": name, "version": version}},
            model,
            lambda: np.random.Generator(np.random.PCG64(seed)),
        )

    @property
    def network(self) -> Network:
        """Layers of the model."""
        return self.model.network

    @property
    def parameters(self) -> Array:
        """Flat array of the parameters."""
        return self.model.parameters

    @property
    def preprocessing(self) -> FittedPreprocessing:
        """Preprocessing of the model."""
        return self.model.preprocessing

    @property
    def class_weights(self) -> ClassWeights | None:
        """Class weights of its training, or None."""
        return None if self.model.spec is None else self.model.spec.training.class_weights


def request_inputs(
    subject: Subject, query: TableQuery, ctx: Context
) -> tuple[Array, TablePoints | None]:
    """Return the preprocessed points of the request, and their table if it contains one."""
    body, limit = read_bytes(JSON, *TABLES), ctx.settings.max_points
    options = reading_options(query, request.mimetype, subject.model)
    if request.mimetype not in TABLES:
        return _prepared(subject, read_points(body, subject.preprocessing, limit), ctx), None
    table = read_table(body, request.mimetype, options, subject.model, limit)
    return _prepared(subject, table.points, ctx), table


def finite_outputs(outputs: Array) -> Array:
    """Return the outputs (n, …). Raises ValidationError for points with non-finite outputs."""
    finite = np.isfinite(outputs).reshape(len(outputs), -1).all(axis=1)
    expected = "a point with a finite output"
    errors = [
        FieldError(("points", row), row, expected, "must give a finite output")
        for row in np.flatnonzero(~finite).tolist()[:MAX_ERRORS]
    ]
    if errors:
        raise ValidationError(errors)
    return outputs


def forward_response(subject: Subject, query: TableLayersQuery, ctx: Context) -> Response:
    """Return z and a of the layers for the points in the request."""
    inputs, _ = request_inputs(subject, query, ctx)
    layers = page(subject.network, len(inputs), query, backward=False)
    return layers_response(
        subject.name, forward(subject.network, subject.parameters, inputs, layers), subject.network
    )


def backpropagate_response(subject: Subject, query: SamplesQuery, ctx: Context) -> Response:
    """Return cost, z, a, δ and gradients of the layers for the samples in the request."""
    if request.mimetype in TABLES:
        samples, mode = read_samples(subject.model, query, ctx), query.mode
        inputs, given = _prepared(subject, samples.points, ctx), samples.targets
    else:
        document = _document("points", "targets", "mode")
        given_options(query, JSON)
        inputs, given = inputs_of(subject, document["points"], ctx), document["targets"]
        mode = _mode(document)
    (loss, _), weights = measures(subject.model), None
    batch_error = subject.network.batch_error("points", len(inputs)) if mode == "train" else None
    if batch_error is not None:
        raise ValidationError([batch_error])
    targets = targets_of(subject, given, len(inputs), loss)
    layers = page(subject.network, len(inputs), query, backward=True)
    if mode == "train" and subject.class_weights is not None:
        weights = sample_weights(
            subject.class_weights, targets, subject.preprocessing.encoding.decision
        )
    backpropagation = backpropagate(
        subject.network,
        subject.parameters,
        inputs,
        targets,
        loss,
        subject.generator() if mode == "train" else None,
        weights,
        layers,
    )
    cost = backpropagation.cost if np.isfinite(backpropagation.cost) else str(backpropagation.cost)
    head = dict(subject.name) | {"mode": mode, "loss": to_json(loss), "cost": cost}
    return layers_response(head, backpropagation.layers, subject.network)


def _document(*allowed: str) -> dict[str, Any]:
    document = read_document()
    if not isinstance(document, dict):
        raise ValidationError([FieldError((), document, "an object", "must be an object")])
    expected = f"one of {', '.join(allowed)}"
    errors = [
        FieldError((name,), value, expected, unknown(name, allowed))
        for name, value in document.items()
        if name not in allowed
    ]
    errors += [
        FieldError(
            (name,),
            document.get(name),
            "a list",
            "must be a list" if name in document else "is required",
        )
        for name in allowed
        if name != "mode" and not isinstance(document.get(name), list)
    ]
    if errors:
        raise ValidationError(errors)
    return document


def _mode(document: Mapping[str, Any]) -> Literal["predict", "train"]:
    mode = document.get("mode", "predict")
    if mode not in ("predict", "train"):
        expected = '"predict" or "train"'
        raise ValidationError([FieldError(("mode",), mode, expected, f"must be {expected}")])
    return cast("Literal['predict', 'train']", mode)


def inputs_of(subject: Subject, points: list[Any], ctx: Context) -> Array:
    """Return the features of raw points.

    Raises ValidationError with a pointer to each wrong value, and TooLargeError.
    """
    check_count(len(points), ctx.settings.max_points)
    return _prepared(subject, to_points(points, subject.preprocessing), ctx)


def _prepared(subject: Subject, points: Array, ctx: Context) -> Array:
    if not len(points):
        raise ValidationError(
            [FieldError(("points",), [], "at least one point", "must contain at least one point")]
        )
    width = max(
        int(np.prod(shape)) for shape in (subject.network.input_shape, *subject.network.shapes)
    )
    memory = ARRAYS_PER_LAYER * NUMBER_BYTES * len(points) * width * len(subject.network.layers)
    if memory > ctx.settings.max_memory_bytes:
        raise TooLargeError(
            f"{len(points)} points through all layers may need {memory} bytes; the limit is "
            f"{ctx.settings.max_memory_bytes} (setting TRAINLET_MAX_MEMORY_BYTES)."
        )
    try:
        return subject.preprocessing.inputs(points, subject.network.dtype).reshape(
            -1, *subject.network.input_shape
        )
    except ValidationError as error:
        raise ValidationError(field_error.under("points") for field_error in error.errors) from None


def targets_of(subject: Subject, targets: Any, points: int, loss: Loss) -> Array:
    """Return the encoded targets. Raises ValidationError with a pointer to each wrong target."""
    labels = not subject.preprocessing.encoding.takes_rows
    units = int(np.prod(subject.network.output_shape))
    expected = f"{points} targets, one per point"
    if len(targets) != points:
        detail = f"must contain {expected}, not {len(targets)}"
        raise ValidationError([FieldError(("targets",), len(targets), expected, detail)])
    one = "a label" if labels else "a number" if units == 1 else f"a row of {units} numbers"
    rows = [target if isinstance(target, list) else [target] for target in targets]
    errors = [
        FieldError(("targets", index), target, one, f"must be {one}")
        for index, (target, row) in enumerate(zip(targets, rows, strict=True))
        if len(row) != (1 if labels else units) or not all(_fits(item, labels) for item in row)
    ]
    if errors:
        raise ValidationError(errors[:MAX_ERRORS])
    try:
        values = np.array(rows, object if labels else np.float64)
        encoded = subject.preprocessing.targets(values, subject.network.dtype)
    except ValidationError as error:
        raise ValidationError(
            field_error.under("targets") for field_error in error.errors
        ) from None
    target_error = loss.target_error(encoded)
    if target_error is not None:
        raise ValidationError([target_error])
    return encoded.reshape(-1, *subject.network.output_shape)


def _fits(item: Any, label: bool) -> bool:
    if label:
        return isinstance(item, (str, bool, int, float))
    return isinstance(item, (int, float)) and not isinstance(item, bool)
