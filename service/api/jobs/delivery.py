"""Delivery: what the queue is told. Where Redis is away, the record alone decides."""

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
    """Who asks for a job at present, and how."""
    return Submission(ctx.principal.owner, request_id(), tracing.traceparent())


def log_job(job: Job) -> None:
    """Note that a job was accepted."""
    payload = fields(
        job=job.id, request_id=job.submission.request, principal=job.submission.principal
    )
    logger.info("job %s: accepted", job.id, extra=payload)


def deliver(job: Job, ctx: Context) -> None:
    """Have a job delivered to a worker."""
    try:
        with tracing.span("submit", trainlet__job=job.id):
            ctx.queue.submit(job.id, job.attempt + 1, job.priority, job.submission.principal)
    except ServiceUnavailableError as error:
        # It is accepted: who looks after forgotten jobs queues it once Redis is back.
        logger.warning("job %s waits for Redis: %s", job.id, error)


def deliver_task(task: BackgroundTask, ctx: Context) -> None:
    """Have an errand delivered to a worker."""
    try:
        ctx.queue.submit_task(task)
    except ServiceUnavailableError as error:
        logger.warning("%s waits for Redis: %s", task, error)


def withdraw(job: Job, ctx: Context) -> None:
    """Give up its place in the queue; whoever takes it nevertheless sees what the record says."""
    with suppress(ServiceUnavailableError):
        ctx.queue.withdraw(job.id, job.attempt + 1)
