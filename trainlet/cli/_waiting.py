"""Waiting until a job finishes."""

from __future__ import annotations

import click

from trainlet.client import Client, Job, JobFailedError
from trainlet.client.progress import console, show


def wait_for(client: Client, job: Job, *, quiet: bool) -> Job:
    """Return the finished job, and show its progress on standard error unless `quiet`.

    Ctrl-C stops the waiting, not the job. Raises JobFailedError if it finished without a model.
    """
    try:
        finished = client.wait(job.id) if quiet else show(console(), client.follow(job.id))
    except KeyboardInterrupt:
        click.echo(
            f"\nJob {job.id} continues.\n  to wait    trainlet job show {job.id} --wait\n"
            f"  to cancel  trainlet job cancel {job.id}",
            err=True,
        )
        raise
    if finished.status != "succeeded":
        raise JobFailedError(finished)
    return finished
