"""`trainlet job list`: jobs, newest first."""

from __future__ import annotations

from itertools import islice

import click

from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, limit_option, print_json, url_option
from trainlet.cli._text import aligned, epochs_of, number
from trainlet.client import Job

HEADER = "job", "model", "status", "epochs", "loss", "created"


@click.command(
    "list",
    epilog=examples("trainlet job list --status running", "trainlet job list --metadata team=blue"),
)
@click.option("--status", help="Status of the jobs: queued, running, paused, succeeded, …")
@click.option("--name", help="Name of the model that the jobs train.")
@click.option(
    "--metadata",
    multiple=True,
    metavar="LABEL=TEXT",
    help="Metadata of the jobs; repeatable, all must match.",
)
@limit_option
@json_option
@url_option
def list_jobs(
    status: str | None,
    name: str | None,
    metadata: tuple[str, ...],
    limit: int,
    url: str | None,
    *,
    as_json: bool,
) -> None:
    """List jobs, newest first; with --json one document per line."""
    with connect(url) as client:
        jobs = list(islice(client.jobs(status, name, dict(map(_label, metadata))), limit))
    if as_json:
        for job in jobs:
            print_json(job.document)
    elif jobs:
        click.echo(aligned([HEADER, *map(_row, jobs)]))
    else:
        click.echo("No jobs.", err=True)


def _label(argument: str) -> tuple[str, str]:
    label, equals, text = argument.partition("=")
    if not equals:
        raise click.BadParameter(f"{argument!r} must be LABEL=TEXT", param_hint="--metadata")
    return label, text


def _row(job: Job) -> tuple[str, ...]:
    model = f"{job.model.name} {job.model.version}"
    loss = number(job.metrics.get("loss"))
    return job.id, model, job.status, epochs_of(job), loss, job.created_at
