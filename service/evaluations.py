"""Evaluations: how good a model is on samples with targets."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from service import examples
from service.blueprint import Blueprint
from service.bodies import answer
from service.callers import needs
from service.context import context
from service.judging import Judged, judge
from service.models import BAD_BODY, NAMED, NO_SUCH, NUMBERED
from service.numbers import number, numbers, series
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import Evaluation

blueprint = Blueprint(
    "evaluations", __name__, url_prefix="/v1/models", description="Judge a model."
)


@blueprint.route("/<name>/evaluate", methods=["POST"], parameters=NAMED)
@blueprint.arguments(schema_of(Evaluation), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, answers.Evaluated)
@blueprint.problems(*NO_SUCH, *BAD_BODY)
@needs("predict")
def evaluate_newest(evaluation: Evaluation, name: str) -> Response:
    """Evaluate the newest version of a model."""
    return _evaluate(name, context().store.models.newest(name), evaluation)


@blueprint.route("/<name>/versions/<version>/evaluate", methods=["POST"], parameters=NUMBERED)
@blueprint.arguments(schema_of(Evaluation), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, answers.Evaluated)
@blueprint.problems(*NO_SUCH, *BAD_BODY)
@needs("predict")
def evaluate(evaluation: Evaluation, name: str, version: str) -> Response:
    """Evaluate a model on the samples of a source, with the loss and metrics of its spec.

    As many rows are taken as points in one predict request.
    """
    return _evaluate(name, context().store.models.number(name, version), evaluation)


def _evaluate(name: str, version: int, evaluation: Evaluation) -> Response:
    house = context()
    model = house.store.models.load(name, version)
    judged = judge(model, evaluation.source, house.store.datasets.read, house.settings.max_points)
    labels = model.preparation.labels
    return answer(
        {
            "model": {"name": name, "version": version},
            "rows": len(judged.table.inputs),
            "metrics": numbers(judged.metrics),
            "labels": None if labels is None else list(labels),
            "confusion": judged.confusion(),
            "calibration": judged.calibration(evaluation.bins),
            "worst": [_row(judged, row) for row in judged.worst(evaluation.worst)],
        }
    )


def _row(judged: Judged, row: int) -> dict[str, Any]:
    target = judged.table.targets[row].tolist()
    return {
        "row": row,
        "point": series(judged.table.inputs[row].tolist()),
        "target": target[0] if judged.answered and len(target) == 1 else target,
        "output": series(judged.outputs[row].tolist()),
        "label": judged.answered[row] if judged.answered else None,
        "error": number(float(judged.errors[row])),
    }
