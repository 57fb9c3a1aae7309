"""Endpoints to evaluate models on samples with targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response

from service.api import examples
from service.api.blueprint import Blueprint
from service.api.jobs.delivery import deliver_task
from service.api.models.views import BAD_BODY, NAMED, NOT_FOUND, NUMBERED
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import JobQuery
from service.auth.principal import needs
from service.context import Context, context
from service.http.bodies import json_response
from trainlet.config import to_json
from trainlet.errors import FieldError, NotFoundError, ValidationError
from trainlet.evaluation import EvaluationRequest, evaluate, rows_of
from trainlet.queue import BackgroundTask
from trainlet.store import Evaluation, Model

NUMBERS_PER_UNIT = 4
"""Numbers in memory per row and unit: target, output, and their difference twice."""

TASK_ROWS = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
EVALUATION_PARAMETERS = [
    {
        "in": "path",
        "name": "evaluation_id",
        "description": "Id of an evaluation.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
]

blueprint = Blueprint(
    "evaluations",
    __name__,
    url_prefix="/v1",
    description="Evaluate models on samples with targets.",
)


@blueprint.route("/models/<name>/evaluate", methods=["POST"], parameters=NAMED)
@blueprint.arguments(schema_of(EvaluationRequest), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, responses.Evaluated)
@blueprint.alt_response(
    HTTPStatus.ACCEPTED, schema=responses.Evaluation, description="A worker runs the evaluation."
)
@blueprint.problems(*NOT_FOUND, *BAD_BODY, *TASK_ROWS)
@needs("predict")
def evaluate_model(evaluation_request: EvaluationRequest, name: str) -> Response:
    """Evaluate a model.

    Uses the newest version, with the loss and metrics of its spec, on the samples of a source. More
    rows than TRAINLET_MAX_POINTS are evaluated by a worker: the response is `202`, and its
    `Location` returns the `result` once it is available.
    """
    return _evaluate(name, context().store.models.newest(name), evaluation_request)


@blueprint.route(
    "/models/<name>/versions/<version>/evaluate", methods=["POST"], parameters=NUMBERED
)
@blueprint.arguments(schema_of(EvaluationRequest), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, responses.Evaluated)
@blueprint.alt_response(
    HTTPStatus.ACCEPTED, schema=responses.Evaluation, description="A worker runs the evaluation."
)
@blueprint.problems(*NOT_FOUND, *BAD_BODY, *TASK_ROWS)
@needs("predict")
def evaluate_model_version(
    evaluation_request: EvaluationRequest, name: str, version: str
) -> Response:
    """Evaluate a model version.

    Uses the loss and metrics of the model's spec on the samples of a source. More rows than
    TRAINLET_MAX_POINTS are evaluated by a worker: the response is `202`, and its `Location` returns
    the `result` once it is available.
    """
    return _evaluate(name, context().store.models.number(name, version), evaluation_request)


@blueprint.route("/evaluations/<evaluation_id>", methods=["GET"], parameters=EVALUATION_PARAMETERS)
@blueprint.arguments(schema_of(JobQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.Evaluation)
@blueprint.problems(*NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def get_evaluation(query: JobQuery, evaluation_id: str) -> Response:
    """Get an evaluation.

    With `?wait=`, the response is delayed until it finishes or the time is over.
    """
    ctx = context()
    evaluations = ctx.store.evaluations
    _model_name(evaluations.get(evaluation_id), ctx)
    evaluation = ctx.waits.for_end(lambda: evaluations.get(evaluation_id), query.wait)
    return json_response(evaluation_document(evaluation, ctx))


@blueprint.route(
    "/evaluations/<evaluation_id>", methods=["DELETE"], parameters=EVALUATION_PARAMETERS
)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(*NOT_FOUND)
def delete_evaluation(evaluation_id: str) -> Response:
    """Delete an evaluation.

    The evaluation may be unfinished. The same request starts a new evaluation.
    """
    ctx = context()
    _model_name(ctx.store.evaluations.get(evaluation_id), ctx)
    ctx.store.evaluations.delete(evaluation_id)
    return Response(status=HTTPStatus.NO_CONTENT)


def _evaluate(name: str, version: int, evaluation_request: EvaluationRequest) -> Response:
    ctx = context()
    model = ctx.store.models.load(name, version)
    read = ctx.store.datasets.read
    rows = rows_of(model, evaluation_request, read)
    if rows > ctx.settings.max_points:
        _check_size(model, rows, ctx)
        return _submit_task(name, version, evaluation_request, ctx)
    metrics = evaluate(model, evaluation_request, read)
    return json_response({"model": {"name": name, "version": version}} | metrics)


def evaluated(
    name: Mapping[str, Any], model: Model, evaluation_request: EvaluationRequest
) -> Response:
    """Return the evaluation of a network, with `name` in the response.

    Raises ValidationError for more than TRAINLET_MAX_POINTS rows.
    """
    ctx = context()
    read, most = ctx.store.datasets.read, ctx.settings.max_points
    rows = rows_of(model, evaluation_request, read)
    if rows > most:
        allowed = f"at most {most} rows (setting TRAINLET_MAX_POINTS)"
        raise ValidationError(
            [FieldError(("source",), rows, allowed, f"must have {allowed}, not {rows}")]
        )
    return json_response(dict(name) | evaluate(model, evaluation_request, read))


def _check_size(model: Model, rows: int, ctx: Context) -> None:
    """Raise ValidationError if the evaluation needs more memory than a job may use."""
    needed = 8 * rows * NUMBERS_PER_UNIT * model.network.output_shape[-1]
    most = ctx.settings.max_memory_bytes
    if needed > most:
        allowed = f"at most {most} bytes (setting TRAINLET_MAX_MEMORY_BYTES)"
        detail = (
            f"must fit in {most} bytes (setting TRAINLET_MAX_MEMORY_BYTES); {rows} rows need "
            f"{needed} bytes"
        )
        raise ValidationError([FieldError(("source",), rows, allowed, detail)])


def _submit_task(
    name: str, version: int, evaluation_request: EvaluationRequest, ctx: Context
) -> Response:
    ctx.queue.check_room()
    stored = replace(
        evaluation_request, source=evaluation_request.source.stored(ctx.store.datasets.put)
    )
    sha256 = ctx.store.models.get(name, version).sha256
    stored_name = ctx.store.models.kept_as(name)
    evaluation = ctx.store.evaluations.ask(stored_name, version, sha256, to_json(stored))
    if not evaluation.ended:
        deliver_task(BackgroundTask("evaluate", evaluation.id), ctx)
    headers = {"Location": evaluation_path(evaluation.id), "Retry-After": "1"}
    return json_response(evaluation_document(evaluation, ctx), HTTPStatus.ACCEPTED, headers)


def evaluation_path(evaluation_id: str) -> str:
    """Return the path of an evaluation."""
    return f"/v1/evaluations/{evaluation_id}"


def _model_name(evaluation: Evaluation, ctx: Context) -> str:
    """Return the name of the evaluated model.

    Raises NotFoundError for a model that the principal cannot see.
    """
    name = ctx.principal.view.known_as(evaluation.model)
    if name is None:
        raise NotFoundError(f"There is no evaluation {evaluation.id!r}.")
    return name


def evaluation_document(evaluation: Evaluation, ctx: Context) -> dict[str, Any]:
    """Return the document of an evaluation that a worker runs."""
    model = {"name": _model_name(evaluation, ctx), "version": evaluation.version}
    return {
        "id": evaluation.id,
        "status": evaluation.status,
        "model": model,
        "created_at": evaluation.created_at,
        "finished_at": evaluation.finished_at,
        "error": evaluation.error,
        "result": None if evaluation.result is None else {"model": model} | evaluation.result,
        "asked": evaluation.document,
        "links": {"self": evaluation_path(evaluation.id)},
    }
