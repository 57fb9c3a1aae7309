"""Predictions: points in, outputs and what they mean out.

Nearly all requests for these are answered by `service.inference` without coming here.
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
from service.api.schemas import answers
from service.api.schemas.declared import schema_of
from service.api.schemas.keywords import query_parameters
from service.api.schemas.queries import PredictQuery
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

BODY = table_body(answers.Points, NPY)

TOP = query_parameters(PredictQuery)
QUERY = schema_of(PredictQuery)()

blueprint = Blueprint("predictions", __name__, url_prefix="/v1/models", description="Ask a model.")


@blueprint.route("/<name>/predict", methods=["POST"], parameters=[*NAMED, *TOP])
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPY, CSV)
@needs(*SCOPES)
def predict_newest(name: str) -> Response:
    """Predict with the newest version of a model."""
    return _predict(find(context(), name), _query())


@blueprint.route(
    "/<name>/versions/<version>/predict", methods=["POST"], parameters=[*NUMBERED, *TOP]
)
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPY, CSV)
@needs(*SCOPES)
def predict(name: str, version: str) -> Response:
    """Predict with a version of a model, or the one that an alias stands for.

    Points are raw: the model applies its own preprocessing. They come as JSON, as an npy file of
    shape (points, columns), or as a table (CSV, tab-separated, JSON Lines or Excel) whose columns
    are found by name; other columns are ignored and listed in `warnings`. A table is read like
    the one that the model was trained on unless the query says otherwise. `Accept: text/csv`
    returns CSV with one row per point, `Accept: application/x-npy` an npy file: the
    values of a regression, in the units of the data, or the outputs of a classification. The
    header `Trainlet-Reading` of a response to CSV holds the delimiter and header found, as a query
    string: further parts of the same table are then read alike.
    """
    return _predict(find(context(), name, version), _query())


def _predict(ref: ModelRef, query: PredictQuery) -> Response:
    ctx, media_type = context(), request.mimetype
    body, most = read_bytes(JSON, NPY, *TABLES), ctx.settings.max_points
    options = reading_options(query, media_type, ref.model.stored)
    if media_type not in TABLES:
        return _answer(ref, points_in(body, media_type, ref.model, most), query)
    table = read_table(body, media_type, options, ref.model.stored, most)
    result = _answer(ref, table.points, query, table)
    result.headers.update(reading_header(table))
    return result


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
    """The query string. Raises InvalidQueryError."""
    query: PredictQuery = Blueprint.ARGUMENTS_PARSER.parse(QUERY, request, location="query")
    return query


def _best(ref: ModelRef, outputs: NDArray[Any], top: int) -> list[list[dict[str, Any]]]:
    encoding = ref.model.preprocessing.encoding
    if encoding.labels is None or encoding.task == "multilabel":
        detail = f"must be 0, because model {ref.name!r} is for {encoding.task}"
        raise InvalidQueryError([FieldError(("top",), top, f"0 for {encoding.task}", detail)])
    scores = encoding.decision.scores(outputs)
    best = (-scores).argsort(axis=1, kind="stable")[:, :top]
    return [
        [{"label": encoding.labels[place], "output": row[place]} for place in places]
        for row, places in zip(scores.tolist(), best.tolist(), strict=True)
    ]
