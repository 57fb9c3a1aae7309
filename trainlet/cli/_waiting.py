"""Waiting for a job, which goes on when the waiting is interrupted."""

from __future__ import annotations

import click

from trainlet.client import Client, Job, JobFailedError
from trainlet.client.progress import console, show


def wait_for(client: Client, job: Job, *, quiet: bool) -> Job:
    """The job as it ended, with its progress told on standard error unless `quiet`.

    Raises JobFailedError if it ended without a model; Ctrl-C ends the process, not the job.
    """
    try:
        ended = client.wait(job.id) if quiet else show(console(), client.follow(job.id))
    except KeyboardInterrupt:
        click.echo(
            f"\nJob {job.id} goes on.\n  wait for it  trainlet job {job.id} --wait\n"
            f"  stop it      trainlet cancel {job.id}",
            err=True,
        )
        raise
    if ended.status != "succeeded":
        raise JobFailedError(ended)
    return ended
