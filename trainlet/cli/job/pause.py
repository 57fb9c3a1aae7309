"""`trainlet job pause`: pausing of a job."""

from __future__ import annotations

import click

from trainlet.cli._completing import ACTIVE, job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_job, url_option


@click.command(epilog=examples("trainlet job pause 01a20d5ea85daf719f3d1b4008ef1b1c"))
@click.argument("job_id", metavar="ID", shell_complete=job_ids(ACTIVE))
@json_option
@url_option
def pause(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Pause the job ID until it is resumed; idempotent.

    The job keeps its checkpoint. Exits with status 5 if the job has finished.
    """
    with connect(url) as client:
        job = client.pause(job_id)
    print_job(job, "is paused" if job.status == "paused" else "is pausing", as_json=as_json)
