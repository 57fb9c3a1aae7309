"""Predictions: points in, outputs and what they mean out.

Nearly all requests for these are answered by `service.express` without coming here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, request
from numpy.typing import NDArray

from service import examples
from service.access.callers import needs
from service.blueprint import Blueprint
from service.bodies import JSON, answer, produces, read_bytes
from service.context import context
from service.errors import InvalidQuery
from service.models.predicting import SCOPES, Asked, array_of, find, outputs_of, points_in, told
from service.models.views import BAD_BODY, NAMED, NO_SUCH, NUMBERED
from service.npy import NPY, write_npy
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.keywords import query_parameters
from service.schemas.queries import PredictQuery
from trainlet.errors import Fault

FILE = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "required": True,
    "content": {
        JSON: {"schema": answers.Points, "examples": examples.POINTS},
        NPY: FILE,
    },
}

TOP = query_parameters(PredictQuery)
QUERY = schema_of(PredictQuery)()

blueprint = Blueprint("predictions", __name__, url_prefix="/v1/models", description="Ask a model.")


@blueprint.route("/<name>/predict", methods=["POST"], parameters=[*NAMED, *TOP])
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*NO_SUCH, *BAD_BODY)
@produces(JSON, NPY)
@needs(*SCOPES)
def predict_newest(name: str) -> Response:
    """Predict with the newest version of a model."""
    return _predict(find(context(), name), _top())


@blueprint.route(
    "/<name>/versions/<version>/predict", methods=["POST"], parameters=[*NUMBERED, *TOP]
)
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*NO_SUCH, *BAD_BODY)
@produces(JSON, NPY)
@needs(*SCOPES)
def predict(name: str, version: str) -> Response:
    """Predict with a version of a model, or the one that an alias stands for.

    Points are raw: the model applies its own preparation. They come as JSON, or as an npy file
    of shape (points, columns). `Accept: application/x-npy` returns such a file: the values of a
    regression, in the units of the data, or the outputs of a classification.
    """
    return _predict(find(context(), name, version), _top())


def _predict(asked: Asked, top: int) -> Response:
    body = read_bytes(JSON, NPY)
    points = points_in(body, request.mimetype, asked.model, context().settings.max_points)
    outputs = outputs_of(asked.model, points)
    if request.accept_mimetypes.best_match((JSON, NPY)) == NPY:
        return Response(write_npy(array_of(asked.model, outputs)), content_type=NPY)
    document = told(asked, outputs)
    if top:
        document["top"] = _best(asked, outputs, top)
    return answer(document)


def _top() -> int:
    """What the query string says of `top`. Raises InvalidQuery."""
    query: PredictQuery = Blueprint.ARGUMENTS_PARSER.parse(QUERY, request, location="query")
    return query.top


def _best(asked: Asked, outputs: NDArray[Any], top: int) -> list[list[dict[str, Any]]]:
    encoding = asked.model.preparation.encoding
    if encoding.labels is None or encoding.task == "multilabel":
        detail = f"must be 0, because model {asked.name!r} is for {encoding.task}"
        raise InvalidQuery([Fault(("top",), top, f"0 for {encoding.task}", detail)])
    scores = encoding.decision.scores(outputs)
    best = (-scores).argsort(axis=1, kind="stable")[:, :top]
    return [
        [{"label": encoding.labels[place], "output": row[place]} for place in places]
        for row, places in zip(scores.tolist(), best.tolist(), strict=True)
    ]
