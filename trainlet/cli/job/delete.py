"""`trainlet job delete`: deletion of a job's record."""

from __future__ import annotations

import click

from trainlet.cli._completing import FINISHED, job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_deleted, url_option


@click.command(epilog=examples("trainlet job delete 01a20d5ea85daf719f3d1b4008ef1b1c"))
@click.argument("job_id", metavar="ID", shell_complete=job_ids(FINISHED))
@json_option
@url_option
def delete(job_id: str, url: str | None, *, as_json: bool) -> None:
    """Delete the record and the snapshots of the finished job ID; its model is kept.

    Exits with status 5 if the job is queued, running or paused.
    """
    with connect(url) as client:
        client.delete_job(job_id)
    print_deleted("job", job_id, as_json=as_json)
