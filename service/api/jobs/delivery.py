"""Delivery of jobs to the queue.

If Redis is unavailable, the stored record remains authoritative.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from service.context import Context
from service.observability.access_log import request_id
from trainlet import tracing
from trainlet.errors import ServiceUnavailableError
from trainlet.logs import fields
from trainlet.queue import BackgroundTask
from trainlet.store import Job, Submission

logger = logging.getLogger(__name__)


def submission_of(ctx: Context) -> Submission:
    """Return the API key, request id and trace of the current request."""
    return Submission(ctx.principal.owner, request_id(), tracing.traceparent())


def log_job(job: Job) -> None:
    """Log that a job was accepted."""
    extra = fields(
        job=job.id, request_id=job.submission.request, principal=job.submission.principal
    )
    logger.info("accepted job %s", job.id, extra=extra)


def deliver(job: Job, ctx: Context) -> None:
    """Queue a job for a worker."""
    try:
        with tracing.span("submit", trainlet__job=job.id):
            ctx.queue.submit(job.id, job.attempt + 1, job.priority, job.submission.principal)
    except ServiceUnavailableError as error:
        # The job is accepted: the reconciler queues it once Redis is available.
        logger.warning("job %s waits for Redis: %s", job.id, error)


def deliver_task(task: BackgroundTask, ctx: Context) -> None:
    """Queue a background task for a worker."""
    try:
        ctx.queue.submit_task(task)
    except ServiceUnavailableError as error:
        logger.warning("%s waits for Redis: %s", task, error)


def withdraw(job: Job, ctx: Context) -> None:
    """Remove a job from the queue.

    A worker that claims it nevertheless reads its status from the record.
    """
    with suppress(ServiceUnavailableError):
        ctx.queue.withdraw(job.id, job.attempt + 1)
