"""Predictions: points in, outputs and what they mean out. The one path that has to be fast."""

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
from service.models.points import Points, read_points
from service.models.predicting import Asked, find, outputs_of, points_of
from service.models.views import BAD_BODY, NAMED, NO_SUCH, NUMBERED
from service.npy import NPY, read_npy, write_npy
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

ENDPOINTS = ("predictions.predict_newest", "predictions.predict")

blueprint = Blueprint("predictions", __name__, url_prefix="/v1/models", description="Ask a model.")


@blueprint.route("/<name>/predict", methods=["POST"], parameters=[*NAMED, *TOP])
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*NO_SUCH, *BAD_BODY)
@produces(JSON, NPY)
@needs("predict")
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
@needs("predict")
def predict(name: str, version: str) -> Response:
    """Predict with a version of a model, or the one that an alias stands for.

    Points are raw: the model applies its own preparation. They come as JSON, or as an npy file
    of shape (points, columns); `Accept: application/x-npy` answers the outputs as such a file.
    """
    return _predict(find(context(), name, version), _top())


def _predict(asked: Asked, top: int) -> Response:
    preparation = asked.model.preparation
    outputs = outputs_of(asked.model, _points(asked))
    accepted = request.headers.get("Accept", "")
    if accepted == NPY or ("npy" in accepted and _prefers_npy()):
        return Response(write_npy(outputs), content_type=NPY)
    model = {"name": asked.name, "version": asked.version}
    document: dict[str, Any] = {"model": model, "outputs": outputs}
    labels = preparation.labels_of(outputs)
    values = preparation.values_of(outputs)
    document |= {"values": values} if labels is None else {"labels": labels}
    if top:
        document["top"] = _best(asked, outputs, top)
    return answer(document)


def _top() -> int:
    """What the query string says of `top`. Raises InvalidQuery."""
    if not request.query_string:  # as nearly always, and reading one takes longer than predicting
        return 0
    query: PredictQuery = Blueprint.ARGUMENTS_PARSER.parse(
        schema_of(PredictQuery), request, location="query"
    )
    return query.top


def _prefers_npy() -> bool:
    return request.accept_mimetypes.best_match((JSON, NPY)) == NPY


def _points(asked: Asked) -> Points:
    body, most = read_bytes(JSON, NPY), context().settings.max_points
    if request.environ.get("CONTENT_TYPE") != JSON and request.mimetype == NPY:
        return points_of(read_npy(body), asked.model, most)
    return read_points(body, asked.model.preparation, most)


def _best(asked: Asked, outputs: NDArray[Any], top: int) -> list[list[dict[str, Any]]]:
    encoding = asked.model.preparation.encoding
    if encoding.labels is None:
        detail = f"model {asked.name!r} answers with values, which have no labels to choose from"
        raise InvalidQuery([Fault(("top",), top, "0 for a regression", detail)])
    scores = encoding.scores(outputs)
    best = (-scores).argsort(axis=1, kind="stable")[:, :top]
    return [
        [{"label": encoding.labels[place], "output": row[place]} for place in places]
        for row, places in zip(scores.tolist(), best.tolist(), strict=True)
    ]
