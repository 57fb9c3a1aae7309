"""`trainlet pause`: let a job rest."""

from __future__ import annotations

import click

from trainlet.cli._completing import ACTIVE, job_ids
from trainlet.cli._service import connect, json_option, print_documents, url_option


@click.command(epilog="Example: trainlet pause 01a20d5ea85daf719f3d1b4008ef1b1c")
@click.argument("job_id", metavar="ID", shell_complete=job_ids(ACTIVE))
@json_option
@url_option
def pause(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Let the job ID rest until it is resumed; asking again is no fault.

    What it has learned is kept. A job that has ended cannot be paused: it ends with 5.
    """
    with connect(url) as client:
        job = client.pause(job_id)
    print_documents(
        job, "is paused" if job.status == "paused" else "is told to pause", as_json=as_json
    )
