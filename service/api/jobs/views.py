"""Endpoints to list, show, cancel, pause, resume and delete jobs."""

from __future__ import annotations

import logging
from contextlib import suppress
from http import HTTPStatus

from flask import Response

from service.api.blueprint import Blueprint
from service.api.jobs.delivery import deliver, withdraw
from service.api.jobs.documents import job_document, job_summary
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import JobQuery, JobsQuery
from service.context import context
from service.http.bodies import json_response
from trainlet.errors import ServiceUnavailableError
from trainlet.logs import fields

JOB_PARAMETER = [
    {
        "in": "path",
        "name": "job_id",
        "description": "Id of a job.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
]

logger = logging.getLogger(__name__)

blueprint = Blueprint(
    "jobs", __name__, url_prefix="/v1/jobs", description="Train networks as jobs and control them."
)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(JobsQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.JobPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def list_jobs(query: JobsQuery) -> Response:
    """List jobs.

    Returns the newest jobs first, without their specs.
    """
    ctx = context()
    page, following = ctx.store.jobs.list(
        query.limit, query.cursor or None, query.status or None, query.name or None, query.entries
    )
    return json_response({"data": [job_summary(job, ctx) for job in page], "next": following})


@blueprint.route("/<job_id>", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(JobQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.Job)
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
def get_job(query: JobQuery, job_id: str) -> Response:
    """Get a job.

    With `?wait=`, the response is delayed until the job finishes or the time is over.
    """
    ctx = context()
    job = ctx.waits.for_end(lambda: ctx.store.jobs.get(job_id), query.wait)
    return json_response(job_document(job, ctx))


@blueprint.route("/<job_id>/cancel", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, responses.Job, description="The job has already finished.")
@blueprint.alt_response(
    HTTPStatus.ACCEPTED, schema=responses.Job, description="The job stops within two seconds."
)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
def cancel_job(job_id: str) -> Response:
    """Cancel a job.

    The request is idempotent. A cancelled job publishes no model.
    """
    ctx = context()
    job = ctx.store.jobs.request_cancel(job_id)
    if job.ended:
        withdraw(job, ctx)
        logger.info(
            "%s job %s",
            job.status,
            job.id,
            extra=fields(job=job.id, request_id=job.submission.request),
        )
    status = HTTPStatus.OK if job.ended else HTTPStatus.ACCEPTED
    return json_response(job_document(job, ctx), status)


@blueprint.route("/<job_id>/pause", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, responses.Job, description="The job is paused.")
@blueprint.alt_response(
    HTTPStatus.ACCEPTED, schema=responses.Job, description="The job pauses within two seconds."
)
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.CONFLICT,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def pause_job(job_id: str) -> Response:
    """Pause a job.

    The request is idempotent. The job keeps its weights and optimizer state, and
    continues when it is resumed.
    """
    ctx = context()
    job = ctx.store.jobs.request_pause(job_id)
    if job.status == "paused":
        withdraw(job, ctx)
    status = HTTPStatus.OK if job.status == "paused" else HTTPStatus.ACCEPTED
    return json_response(job_document(job, ctx), status)


@blueprint.route("/<job_id>/resume", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, responses.Job)
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.CONFLICT,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def resume_job(job_id: str) -> Response:
    """Resume a job.

    The request is idempotent: a job that is not paused is unchanged.
    """
    ctx = context()
    was_paused = ctx.store.jobs.get(job_id).status == "paused"
    job = ctx.store.jobs.resume(job_id)
    if was_paused:
        deliver(job, ctx)
    return json_response(job_document(job, ctx))


@blueprint.route("/<job_id>", methods=["DELETE"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
def delete_job(job_id: str) -> Response:
    """Delete a job.

    Deletes the record of a finished job; its model remains.
    """
    ctx = context()
    ctx.store.jobs.delete(job_id)
    with suppress(ServiceUnavailableError):
        ctx.queue.forget(job_id)
    return Response(status=HTTPStatus.NO_CONTENT)
