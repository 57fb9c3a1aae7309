"""`trainlet job events`: live events of a job."""

from __future__ import annotations

import json

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, url_option
from trainlet.client import Event


@click.command(
    epilog=examples("trainlet job events 01a20d5ea85daf719f3d1b4008ef1b1c --json | jq .data")
)
@click.argument("job_id", metavar="ID", shell_complete=job_ids())
@click.option("--after", default="", help="Id of the event after which to start.")
@json_option
@url_option
def events(job_id: str, after: str, url: str | None, *, as_json: bool) -> None:
    """Print the events of the job ID, one per line, until it finishes.

    With --json each line is an object with the id, name and data of the event.
    """
    with connect(url) as client:
        for event in client.events(job_id, after):
            click.echo(_document(event) if as_json else _line(event))


def _document(event: Event) -> str:
    return json.dumps({"id": event.id, "event": event.name, "data": event.data})


def _line(event: Event) -> str:
    details = {name: value for name, value in event.data.items() if name not in ("job", "metrics")}
    details |= event.data.get("metrics", {})
    fields = (
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in details.items()
        if value is not None
    )
    return f"{event.name}  {'  '.join(fields)}".rstrip()
