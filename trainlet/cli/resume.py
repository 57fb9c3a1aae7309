"""`trainlet resume`: let a paused job go on."""

from __future__ import annotations

import click

from trainlet.cli._completing import PAUSED, job_ids
from trainlet.cli._service import connect, json_option, print_documents, url_option


@click.command(epilog="Example: trainlet resume 01a20d5ea85daf719f3d1b4008ef1b1c")
@click.argument("job_id", metavar="ID", shell_complete=job_ids(PAUSED))
@json_option
@url_option
def resume(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Let the job ID go on; one that is not paused does so anyway.

    A job that has ended cannot be resumed: it ends with 5.
    """
    with connect(url) as client:
        job = client.resume(job_id)
    print_documents(job, "goes on", as_json=as_json)
