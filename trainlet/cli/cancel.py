"""`trainlet cancel`: stop a job."""

from __future__ import annotations

import click

from trainlet.cli._completing import ACTIVE, job_ids
from trainlet.cli._service import connect, json_option, print_documents, url_option


@click.command(epilog="Example: trainlet cancel $(trainlet train spec.json --no-wait)")
@click.argument("job_id", metavar="ID", shell_complete=job_ids(ACTIVE))
@json_option
@url_option
def cancel(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Stop the job ID; asking again is no fault. What runs ends within two seconds.

    A job that has succeeded or failed cannot be stopped any more: it ends with 5.
    """
    with connect(url) as client:
        job = client.cancel(job_id)
    print_documents(job, "is cancelled" if job.ended else "is told to stop", as_json=as_json)
