"""Permutation feature importance and feature attribution (gradient × input)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from flask import Response, request
from numpy.typing import NDArray

from service.api.blueprint import Blueprint
from service.api.inspection.passes import Subject, inputs_of, request_inputs
from service.api.inspection.samples import OwnSamples
from service.api.models.tables import TABLES, given_options, reading_header, warnings_of
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import Explanation
from service.api.schemas.table_queries import TableQuery
from service.context import Context
from service.http.bodies import JSON, json_response, number, numbers
from trainlet.datasets import Label, Read
from trainlet.errors import FieldError, TooLargeError, ValidationError
from trainlet.evaluation import measures, requested_rows
from trainlet.network import evaluator, predictor
from trainlet.network.inspection import attribute, multiplications
from trainlet.store import Model

EXPLANATION = schema_of(Explanation)()

MAX_MULTIPLICATIONS = 2 * 10**10
"""Maximum number of multiplications for all shuffles together, about 1 s."""

MULTIPLICATIONS_PER_FEATURE = 25
"""Cost of preprocessing one feature, in multiplications."""

MAX_NUMBERS = 2**22
"""Maximum number of preprocessed values in memory at a time."""

MAX_ATTRIBUTIONS = 200_000
"""Maximum number of points × features in one response."""

MIN_ROWS = 10
"""Minimum number of rows for a meaningful estimate."""

Array = NDArray[Any]
Evaluate = Callable[[Array], dict[str, float]]


def explain_request(subject: Subject, query: TableQuery, ctx: Context) -> Response:
    """Return attributions of the rows of a table, or the explanation that a JSON body requests."""
    if request.mimetype not in TABLES:
        explanation = Blueprint.ARGUMENTS_PARSER.parse(EXPLANATION, request, location="json")
        given_options(query, JSON)
        return json_response(explain(subject, explanation, ctx))
    inputs, table = request_inputs(subject, query, ctx)
    document = dict(subject.name) | {"points": attributions(subject.model, inputs)}
    return json_response(document | warnings_of(table), headers=reading_header(table))


def explain(subject: Subject, explanation: Explanation, ctx: Context) -> dict[str, Any]:
    """Return feature attributions of points or, without points, permutation importance.

    Raises ValidationError for an invalid point, and the errors of `importance`.
    """
    if explanation.points is not None:
        if explanation.point is not None:
            detail = "must be null if `points` is set"
            raise ValidationError([FieldError(("point",), "a point", "null", detail)])
        points = [_plain(point) for point in explanation.points]
        document: dict[str, Any] = {
            "points": attributions(subject.model, inputs_of(subject, points, ctx))
        }
    elif explanation.point is not None:
        try:
            inputs = inputs_of(subject, [_plain(explanation.point)], ctx)
        except ValidationError as error:
            # `point` is a single point, so its errors have no index.
            errors = (
                replace(field_error, path=("point", *field_error.path[2:]))
                for field_error in error.errors
            )
            raise ValidationError(errors) from None
        document = {"point": attributions(subject.model, inputs)[0]}
    else:
        read, most = ctx.store.datasets.read, ctx.settings.max_points
        document = importance(subject.model, explanation.repeats, explanation.seed, read, most)
    return dict(subject.name) | document


def _plain(point: Any) -> Any:
    """Return a point as JSON had it: configurations convert lists to tuples."""
    return list(point) if isinstance(point, tuple) else point


def importance(model: Model, repeats: int, seed: int, read: Read, most: int) -> dict[str, Any]:
    """Return permutation feature importance, computed on held-out samples.

    The importance of a column is the increase of the loss when its values are shuffled (Breiman
    2001, section 10; Fisher et al. 2019, section 3): its mean and standard deviation over `repeats`
    shuffles. The changes of the metrics are returned too. Raises ConflictError for an imported
    model, and TooLargeError if MAX_MULTIPLICATIONS allows too few samples.
    """
    samples = OwnSamples.of(model, read)
    split = samples.held_out
    table = samples.table(split, _rows(model, repeats, most))
    evaluate = _evaluator(model, requested_rows(model, table))
    baseline = evaluate(table.inputs)
    generator = np.random.default_rng(seed)
    columns = []
    for index, name in enumerate(model.preprocessing.columns):
        shuffled = table.inputs.copy()
        differences: dict[str, list[float]] = {metric: [] for metric in baseline}
        for _ in range(repeats):
            shuffled[:, index] = generator.permutation(table.inputs[:, index])
            for metric, value in evaluate(shuffled).items():
                differences[metric].append(value - baseline[metric])
        columns.append(_column(name, differences))
    document = {"part": split, "rows": len(table.inputs), "repeats": repeats}
    return document | {"metrics": numbers(baseline), "columns": columns}


def _column(name: str, differences: dict[str, list[float]]) -> dict[str, Any]:
    means = {metric: float(np.mean(values)) for metric, values in differences.items()}
    return {
        "column": name,
        "importance": number(means.pop("loss")),
        "std": number(float(np.std(differences["loss"]))),
        "metrics": numbers(means),
    }


def _rows(model: Model, repeats: int, most: int) -> int:
    columns = len(model.preprocessing.columns)
    features = len(model.preprocessing.features)
    cost = multiplications(model.network) + MULTIPLICATIONS_PER_FEATURE * features
    rows = min(
        most,
        MAX_MULTIPLICATIONS // (cost * (columns * repeats + 1)),
        MAX_NUMBERS // features,
    )
    if rows < MIN_ROWS:
        raise TooLargeError(
            f"{repeats} shuffles of {columns} columns need more than {MAX_MULTIPLICATIONS} "
            "multiplications for this network; reduce `repeats`."
        )
    return rows


def _evaluator(model: Model, targets: Array) -> Evaluate:
    loss, metrics = measures(model)
    preprocessing, network = model.preprocessing, model.network
    evaluate = evaluator(
        network,
        model.parameters,
        loss,
        metrics,
        preprocessing.target_factor,
        preprocessing.encoding.decision,
    )
    shaped = targets.reshape(-1, *network.output_shape)
    return lambda points: evaluate(preprocessing.inputs(points, network.dtype), shaped)


def attributions(model: Model, inputs: Array) -> list[dict[str, Any]]:
    """Return feature attributions (gradient × input) of the largest output of each point.

    They are ∂y/∂x · x for each preprocessed feature x (Shrikumar et al. 2016), where y is the
    largest output. Raises TooLargeError for more than MAX_ATTRIBUTIONS numbers.
    """
    network, preprocessing = model.network, model.preprocessing
    most = max(1, MAX_ATTRIBUTIONS // len(preprocessing.features))
    if len(inputs) > most:
        raise TooLargeError(
            f"There are {len(inputs)} points; at most {most} are allowed for this model."
        )
    outputs = predictor(network, model.parameters)(inputs).reshape(len(inputs), -1)
    units = outputs.argmax(axis=1)
    gradients = attribute(network, model.parameters, inputs, units)
    rows = zip(
        outputs[np.arange(len(units)), units].tolist(),
        units.tolist(),
        inputs.reshape(len(inputs), -1).tolist(),
        gradients.reshape(len(inputs), -1).tolist(),
        strict=True,
    )
    return [
        {
            "output": number(output),
            "unit": unit,
            "label": _label(preprocessing.labels, outputs.shape[1], unit),
            "features": [
                {
                    "feature": name,
                    "input": number(value),
                    "gradient": number(gradient),
                    "product": number(value * gradient),
                }
                for name, value, gradient in zip(preprocessing.features, point, grads, strict=True)
            ],
        }
        for output, unit, point, grads in rows
    ]


def _label(labels: tuple[Label, ...] | None, units: int, unit: int) -> Label | None:
    """Return the label of a unit; a single unit is the score of the second label."""
    return None if labels is None else labels[unit if units > 1 else 1]
