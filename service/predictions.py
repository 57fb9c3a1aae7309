"""Predictions: points in, outputs and what they mean out. The one path that has to be fast."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import Any

import numpy as np
from flask import Response
from numpy.typing import NDArray

from service import examples
from service.blueprint import Blueprint
from service.bodies import answer, read_bytes
from service.context import context
from service.errors import SHOWN_FAULTS
from service.loaded import LoadedModel
from service.models import NAMED, NUMBERED
from service.points import Points, read_points
from service.schemas import answers
from trainlet.errors import Fault, Invalid

BODY = {
    "required": True,
    "content": {"application/json": {"schema": answers.Points, "examples": examples.POINTS}},
}
PROBLEMS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)

blueprint = Blueprint("predictions", __name__, url_prefix="/v1/models", description="Ask a model.")


@blueprint.route("/<name>/predict", methods=["POST"], parameters=NAMED)
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*PROBLEMS)
def predict_newest(name: str) -> Response:
    """Predict with the newest version of a model."""
    return _predict(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<int:version>/predict", methods=["POST"], parameters=NUMBERED)
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.OK, answers.Prediction)
@blueprint.problems(*PROBLEMS)
def predict(name: str, version: int) -> Response:
    """Predict with a version of a model.

    Points are raw: the model applies its own preparation.
    """
    return _predict(name, version)


def _predict(name: str, version: int) -> Response:
    house = context()
    model = house.models.get(name, version)
    points = read_points(read_bytes(), model.preparation, house.settings.max_points)
    outputs = _outputs(model, points)
    document: dict[str, Any] = {"model": {"name": name, "version": version}, "outputs": outputs}
    labels = model.preparation.labels_of(outputs)
    values = model.preparation.values_of(outputs)
    document |= {"values": values} if labels is None else {"labels": labels}
    return answer(document)


def _outputs(model: LoadedModel, points: Points) -> NDArray[Any]:
    """The outputs (n, units). Raises Invalid for points whose outputs are not finite."""
    try:
        inputs = model.preparation.inputs(points, model.dtype)
    except Invalid as error:
        raise Invalid(fault.under("points") for fault in error.faults) from None
    outputs = model.outputs_of(inputs)
    finite = np.isfinite(outputs)
    if not finite.all():
        rows = np.flatnonzero(~finite.all(axis=1))
        words = "a point whose output is finite"
        detail = "lies too far out: the output of the network is not finite"
        raise Invalid(
            Fault(("points", int(row)), points[row].tolist(), words, detail)
            for row in islice(rows, SHOWN_FAULTS)
        )
    return outputs
