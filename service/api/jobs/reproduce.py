"""Endpoint that trains a job again, to compare the weights."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service.api import examples
from service.api.jobs.delivery import deliver, log_job, submission_of
from service.api.jobs.documents import job_document
from service.api.jobs.views import JOB_PARAMETER, blueprint
from service.api.paths import job_path
from service.api.schemas import responses
from service.context import context
from service.http.bodies import json_response
from trainlet.errors import ConflictError


@blueprint.route("/<job_id>/reproduce", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.ACCEPTED, responses.Job, headers=examples.ACCEPTED_HEADERS)
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def reproduce_job(job_id: str) -> Response:
    """Reproduce a job.

    Creates a new job with the spec of a succeeded job. Once it succeeds, `reproduces` shows whether
    the weights are identical.
    """
    ctx = context()
    origin = ctx.store.jobs.get(job_id)
    if origin.status != "succeeded":
        raise ConflictError(
            f"Job {job_id} is {origin.status}; only succeeded jobs can be reproduced."
        )
    start = None if origin.spec.start_from is None else ctx.store.snapshots.start(job_id)
    ctx.queue.check_room()
    job = ctx.store.jobs.accept(
        origin.spec,
        splits=origin.splits,
        start=start,
        reproduces=origin.id,
        submission=submission_of(ctx),
    )
    log_job(job)
    deliver(job, ctx)
    headers = {"Location": job_path(job.id), "Retry-After": "1"}
    return json_response(job_document(job, ctx), HTTPStatus.ACCEPTED, headers)
