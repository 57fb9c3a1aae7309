"""`trainlet job cancel`: cancellation of a job."""

from __future__ import annotations

import click

from trainlet.cli._completing import ACTIVE, job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_job, url_option


@click.command(epilog=examples("trainlet job cancel $(trainlet train spec.json --no-wait)"))
@click.argument("job_id", metavar="ID", shell_complete=job_ids(ACTIVE))
@json_option
@url_option
def cancel(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Cancel the job ID; idempotent.

    A running job stops within two seconds. Exits with status 5 if the job has succeeded or failed.
    """
    with connect(url) as client:
        job = client.cancel(job_id)
    print_job(job, "is cancelled" if job.ended else "is stopping", as_json=as_json)
