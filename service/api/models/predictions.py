"""Prediction endpoints: raw points to outputs and labels.

`service.inference` handles nearly all of these requests before they reach Flask.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, request
from numpy.typing import NDArray

from service.api.blueprint import Blueprint
from service.api.models.prediction_table import CSV, csv_response
from service.api.models.tables import (
    TABLES,
    TablePoints,
    read_table,
    reading_header,
    reading_options,
    table_body,
    warnings_of,
)
from service.api.models.views import BAD_BODY, NAMED, NOT_FOUND, NUMBERED
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.keywords import query_parameters
from service.api.schemas.table_queries import PredictQuery
from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON, json_response, produces, read_bytes
from service.http.npy import NPY, write_npy
from service.http.problems import InvalidQueryError
from service.inference.points import Points
from service.inference.predict import (
    SCOPES,
    ModelRef,
    array_of,
    find,
    outputs_of,
    points_in,
    prediction_document,
)
from trainlet.errors import FieldError

BODY = table_body(responses.Points, NPY)

TOP = query_parameters(PredictQuery)
QUERY = schema_of(PredictQuery)()

blueprint = Blueprint(
    "predictions",
    __name__,
    url_prefix="/v1/models",
    description="Run inference with trained models.",
)


@blueprint.route("/<name>/predict", methods=["POST"], parameters=[*NAMED, *TOP])
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, responses.Prediction)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPY, CSV)
@needs(*SCOPES)
def predict(name: str) -> Response:
    """Predict points.

    Uses the newest version. Request and response are the same as for a version.
    """
    return _predict(find(context(), name), _query())


@blueprint.route(
    "/<name>/versions/<version>/predict", methods=["POST"], parameters=[*NUMBERED, *TOP]
)
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, responses.Prediction)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPY, CSV)
@needs(*SCOPES)
def predict_version(name: str, version: str) -> Response:
    """Predict with a version.

    `version` is a number or an alias. Points are raw: the model applies its preprocessing. The body
    is JSON, an npy file of shape (points, columns), or a table (CSV, tab-separated, JSON Lines or
    Excel) whose columns are matched by name. Other columns are ignored and listed in `warnings`. A
    table uses the reading options of the training data unless the query overrides them. `Accept:
    text/csv` returns CSV with one row per point. `Accept: application/x-npy` returns an npy file
    with the values of a regression, in the units of the data, or the outputs of a classification.
    For CSV, the response header `Trainlet-Reading` contains the detected delimiter and header as a
    query string; send it with further chunks of the same table.
    """
    return _predict(find(context(), name, version), _query())


def _predict(ref: ModelRef, query: PredictQuery) -> Response:
    ctx, media_type = context(), request.mimetype
    body, most = read_bytes(JSON, NPY, *TABLES), ctx.settings.max_points
    options = reading_options(query, media_type, ref.model.stored)
    if media_type not in TABLES:
        return _answer(ref, points_in(body, media_type, ref.model, most), query)
    table = read_table(body, media_type, options, ref.model.stored, most)
    response = _answer(ref, table.points, query, table)
    response.headers.update(reading_header(table))
    return response


def _answer(
    ref: ModelRef, points: Points, query: PredictQuery, table: TablePoints | None = None
) -> Response:
    outputs = outputs_of(ref.model, points)
    accepted = request.accept_mimetypes.best_match((JSON, NPY, CSV))
    if accepted == NPY:
        return Response(write_npy(array_of(ref.model, outputs)), content_type=NPY)
    if accepted == CSV:
        return csv_response(ref.model.stored, outputs)
    document = prediction_document(ref, outputs)
    if query.top:
        document["top"] = _best(ref, outputs, query.top)
    return json_response(document | warnings_of(table))


def _query() -> PredictQuery:
    """Parse the query string. Raises InvalidQueryError."""
    query: PredictQuery = Blueprint.ARGUMENTS_PARSER.parse(QUERY, request, location="query")
    return query


def _best(ref: ModelRef, outputs: NDArray[Any], top: int) -> list[list[dict[str, Any]]]:
    encoding = ref.model.preprocessing.encoding
    if encoding.labels is None or encoding.task == "multilabel":
        detail = f"must be 0 because the task of model {ref.name!r} is {encoding.task}"
        raise InvalidQueryError([FieldError(("top",), top, f"0 for {encoding.task}", detail)])
    scores = encoding.decision.scores(outputs)
    best = (-scores).argsort(axis=1, kind="stable")[:, :top]
    return [
        [{"label": encoding.labels[unit], "output": row[unit]} for unit in units]
        for row, units in zip(scores.tolist(), best.tolist(), strict=True)
    ]
