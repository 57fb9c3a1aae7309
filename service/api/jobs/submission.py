"""Endpoint that validates a spec and creates a job."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service.api import examples
from service.api.jobs import idempotency
from service.api.jobs.delivery import deliver, log_job, submission_of
from service.api.jobs.documents import job_document
from service.api.jobs.dry_runs import checked, dry_run, stored_as
from service.api.jobs.views import blueprint
from service.api.jobs.warm_start import warm_start
from service.api.paths import job_path
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.keywords import query_parameters
from service.api.schemas.queries import SubmitQuery
from service.context import Context, context
from service.http.bodies import json_response
from trainlet import tracing
from trainlet.spec import JobSpec, resolve
from trainlet.store import Job


@blueprint.route("", methods=["POST"])
@blueprint.arguments(schema_of(SubmitQuery), location="query")
@blueprint.arguments(schema_of(JobSpec), examples=examples.JOBS)
@blueprint.doc(parameters=[*query_parameters(SubmitQuery), idempotency.PARAMETER])
@blueprint.response(HTTPStatus.ACCEPTED, responses.Job, headers=examples.ACCEPTED_HEADERS)
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=responses.DryRun,
    description="Validated spec with its estimated cost; nothing is queued.",
)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def create_job(query: SubmitQuery, spec: JobSpec) -> Response:
    """Create a job.

    The API validates the spec first: shapes, task, loss and limits. The response lists every
    error. Accepted jobs survive crashes. With an Idempotency-Key, repeating the request within 24
    hours returns the same job.

    With `?dry_run=true` nothing is queued. The API validates the spec in the same way, and returns
    shapes, parameters, memory and the estimated training time in seconds on one core like this one,
    from timed steps on random samples.
    """
    ctx = context()
    ctx.principal.view.require(spec.name)
    if query.dry_run:
        return json_response(dry_run(spec, ctx))
    key = idempotency.request_key(ctx.principal)
    if key is None:
        return _accepted(_accept(spec, ctx), ctx)
    earlier = idempotency.find(key, spec, ctx)
    if earlier is not None:
        return _accepted(earlier, ctx)
    return _accepted(_accept(spec, ctx, key), ctx)


def _accept(spec: JobSpec, ctx: Context, key: str | None = None) -> Job:
    with tracing.span("validate"):
        description = checked(spec, ctx)
    ctx.queue.check_room()
    resolved, start = warm_start(resolve(spec, description), description, ctx)
    stored = stored_as(resolved, ctx.store.datasets.put)
    splits = spec.dataset.split.counts(description.rows)

    def begin(*names: str) -> Job:
        """Accept and queue the job, with an id and a hashed idempotency key if given."""
        submission = submission_of(ctx)
        with tracing.span("accept"):
            job = ctx.store.jobs.accept(
                stored, *names, splits=splits, start=start, submission=submission
            )
        log_job(job)
        deliver(job, ctx)
        return job

    return begin() if key is None else idempotency.accept(key, spec, ctx, begin)


def _accepted(job: Job, ctx: Context) -> Response:
    headers = {"Location": job_path(job.id), "Retry-After": "1"}
    return json_response(job_document(job, ctx), HTTPStatus.ACCEPTED, headers)
