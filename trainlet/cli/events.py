"""`trainlet events`: what happens to a job, as it does."""

from __future__ import annotations

import json

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._service import connect, json_option, url_option
from trainlet.client import Event


@click.command(epilog="Example: trainlet events 01a20d5ea85daf719f3d1b4008ef1b1c --json | jq .data")
@click.argument("job_id", metavar="ID", shell_complete=job_ids())
@click.option("--after", default="", help="Begin behind the event with this id.")
@json_option
@url_option
def events(job_id: str, after: str, url: str | None, *, as_json: bool) -> None:
    """Tell what happens to the job ID, a line an event, up to its end.

    With --json each line is an object with the event's id, name and data.
    """
    with connect(url) as client:
        for event in client.events(job_id, after):
            click.echo(_document(event) if as_json else _line(event))


def _document(event: Event) -> str:
    return json.dumps({"id": event.id, "event": event.name, "data": event.data})


def _line(event: Event) -> str:
    details = {name: value for name, value in event.data.items() if name not in ("job", "metrics")}
    details |= event.data.get("metrics", {})
    parts = (
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in details.items()
        if value is not None
    )
    return f"{event.name}  {'  '.join(parts)}".rstrip()
