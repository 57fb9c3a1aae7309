"""Endpoints to list, show and delete uploaded files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from service.api.blueprint import Blueprint
from service.api.datasets.documents import dataset_document, dataset_summary
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import DatasetsQuery
from service.context import Context, context
from service.http.bodies import json_response
from trainlet.errors import ConflictError, CorruptFileError, NotFoundError

PATH = [
    {
        "in": "path",
        "name": "dataset_id",
        "description": "Id of a dataset.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
]

blueprint = Blueprint(
    "datasets", __name__, url_prefix="/v1/datasets", description="Upload and preview training data."
)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(DatasetsQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.DatasetPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def list_datasets(query: DatasetsQuery) -> Response:
    """List datasets.

    Returns the newest datasets first, without their columns.
    """
    page, following = context().store.uploads.list(query.limit, query.cursor or None)
    return json_response({"data": [dataset_summary(upload) for upload in page], "next": following})


@blueprint.route("/<string(length=64):dataset_id>", methods=["GET"], parameters=PATH)
@blueprint.response(HTTPStatus.OK, responses.StoredDataset)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
def get_dataset(dataset_id: str) -> Response:
    """Get a dataset.

    Returns its status and, once it is ready, its columns and first rows.
    """
    return json_response(dataset_document(context().store.uploads.get(dataset_id)))


@blueprint.route("/<string(length=64):dataset_id>", methods=["DELETE"], parameters=PATH)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
def delete_dataset(dataset_id: str) -> Response:
    """Delete a dataset.

    Returns 409 while an unfinished job or evaluation uses the dataset.
    """
    ctx = context()
    ctx.store.uploads.get(dataset_id)
    for job_id in ctx.store.attempts.unsettled():
        if _needs(job_id, dataset_id, ctx):
            raise ConflictError(f"Dataset {dataset_id} is in use by job {job_id}.")
    for evaluation_id in ctx.store.evaluations.background_tasks.unsettled():
        if _is_evaluated_by(evaluation_id, dataset_id, ctx):
            raise ConflictError(f"Dataset {dataset_id} is in use by evaluation {evaluation_id}.")
    ctx.store.uploads.delete(dataset_id)
    return Response(status=HTTPStatus.NO_CONTENT)


def _needs(job_id: str, dataset_id: str, ctx: Context) -> bool:
    try:
        job = ctx.store.jobs.get(job_id)
    except (NotFoundError, CorruptFileError):
        return False
    source: dict[str, Any] = job.document["dataset"]["source"]
    return not job.ended and source.get("id") == dataset_id


def _is_evaluated_by(evaluation_id: str, dataset_id: str, ctx: Context) -> bool:
    try:
        evaluation = ctx.store.evaluations.get(evaluation_id)
    except (NotFoundError, CorruptFileError):
        return False
    return not evaluation.ended and evaluation.document["source"].get("id") == dataset_id
