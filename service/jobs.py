"""Jobs: accept a spec, tell how far it is, stop it, tell its history."""

from __future__ import annotations

import csv
import logging
from dataclasses import replace
from http import HTTPStatus
from io import StringIO
from itertools import zip_longest
from typing import Any

from flask import Response, request

from service import examples
from service.blueprint import Blueprint
from service.bodies import JSON, answer, produces
from service.context import Context, context
from service.documents import job_document, job_path, job_summary, series
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import JobQuery, JobsQuery
from trainlet.errors import Invalid, Unavailable
from trainlet.spec import JobSpec, check, describe, resolve

CSV = "text/csv"
ONE = [
    {
        "in": "path",
        "name": "job_id",
        "description": "The id of a job.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
]

logger = logging.getLogger(__name__)
blueprint = Blueprint(
    "jobs", __name__, url_prefix="/v1/jobs", description="Train a network as a job."
)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(schema_of(JobSpec), examples=examples.JOBS)
@blueprint.response(HTTPStatus.ACCEPTED, answers.Job, headers=examples.ACCEPTED_HEADERS)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
def submit(spec: JobSpec) -> Response:
    """Queue a job.

    The spec is checked as a whole first: shapes, task, loss and limits, all faults at once. What
    is accepted is stored, and ends whatever is killed.
    """
    house = context()
    description = describe(spec, house.store.datasets.read)
    found = check(spec, description, house.limits)
    if found:
        raise Invalid(found)
    house.queue.check_room()
    job = house.store.jobs.accept(_stored(resolve(spec, description), house))
    try:
        house.queue.submit(job.id)
    except Unavailable as error:
        # It is accepted: who looks after forgotten jobs queues it once Redis is back.
        logger.warning("job %s waits for Redis: %s", job.id, error)
    headers = {"Location": job_path(job.id), "Retry-After": "1"}
    return answer(job_document(job, house), HTTPStatus.ACCEPTED, headers)


def _stored(spec: JobSpec, house: Context) -> JobSpec:
    """The spec with its inline data stored as a dataset, once, and named by id instead."""
    source = spec.dataset.source.stored(house.store.datasets.put)
    return replace(spec, dataset=replace(spec.dataset, source=source))


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(JobsQuery), location="query")
@blueprint.response(HTTPStatus.OK, answers.JobPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def jobs(query: JobsQuery) -> Response:
    """List jobs, newest first, without their specs."""
    house = context()
    found, following = house.store.jobs.list(
        query.limit, query.cursor or None, query.status or None, query.name or None
    )
    return answer({"data": [job_summary(job, house) for job in found], "next": following})


@blueprint.route("/<job_id>", methods=["GET"], parameters=ONE)
@blueprint.arguments(schema_of(JobQuery), location="query")
@blueprint.response(HTTPStatus.OK, answers.Job)
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
def show(query: JobQuery, job_id: str) -> Response:
    """Tell how far a job is, at once or when it has ended."""
    house = context()
    job = house.waits.for_end(lambda: house.store.jobs.get(job_id), query.wait)
    return answer(job_document(job, house))


@blueprint.route("/<job_id>/cancel", methods=["POST"], parameters=ONE)
@blueprint.response(HTTPStatus.OK, answers.Job, description="The job has ended.")
@blueprint.alt_response(
    HTTPStatus.ACCEPTED, schema=answers.Job, description="The job ends within two seconds."
)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
def cancel(job_id: str) -> Response:
    """Stop a job; asking again is no fault. A cancelled job publishes no model."""
    house = context()
    job = house.store.jobs.request_cancel(job_id)
    status = HTTPStatus.OK if job.ended else HTTPStatus.ACCEPTED
    return answer(job_document(job, house), status)


@blueprint.route("/<job_id>/history", methods=["GET"], parameters=ONE)
@blueprint.response(HTTPStatus.OK, answers.History)
@blueprint.alt_response(
    HTTPStatus.OK, schema={"type": "string"}, content_type=CSV, description="OK", success=True
)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
@produces(JSON, CSV)
def history(job_id: str) -> Response:
    """Tell every metric after every finished epoch.

    As JSON one list a metric; as CSV one line an epoch. What is not finite is written as nan,
    inf or -inf.
    """
    house = context()
    kept = house.store.jobs.history(job_id)
    if not house.store.jobs.get(job_id).ended:
        kept = _longer(kept, _live(job_id, house))
    written = {name: series(values) for name, values in kept.items()}
    varying = {"Vary": "Accept"}
    if request.accept_mimetypes.best_match((JSON, CSV)) == CSV:
        return Response(_csv(written), headers=varying, content_type=f"{CSV}; charset=utf-8")
    return answer(written, headers=varying)


def _live(job_id: str, house: Context) -> dict[str, list[float]]:
    try:
        return house.queue.history(job_id)
    except Unavailable:
        return {}


def _longer(one: dict[str, list[float]], other: dict[str, list[float]]) -> dict[str, list[float]]:
    def epochs(kept: dict[str, list[float]]) -> int:
        return max((len(values) for values in kept.values()), default=0)

    return max(one, other, key=epochs)


def _csv(columns: dict[str, list[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *columns])
    for epoch, row in enumerate(zip_longest(*columns.values(), fillvalue=""), start=1):
        writer.writerow([epoch, *row])
    return text.getvalue()
