"""`trainlet job resume`: resumption of a paused job."""

from __future__ import annotations

import click

from trainlet.cli._completing import PAUSED, job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_job, url_option


@click.command(epilog=examples("trainlet job resume 01a20d5ea85daf719f3d1b4008ef1b1c"))
@click.argument("job_id", metavar="ID", shell_complete=job_ids(PAUSED))
@json_option
@url_option
def resume(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Resume the paused job ID; idempotent.

    Exits with status 5 if the job has finished.
    """
    with connect(url) as client:
        job = client.resume(job_id)
    print_job(job, "is resumed", as_json=as_json)
