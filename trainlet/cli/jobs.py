"""`trainlet jobs`: the jobs there are."""

from __future__ import annotations

from itertools import islice

import click

from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import aligned, epochs_of, number
from trainlet.client import Job

HEADER = "job", "model", "status", "epochs", "loss", "created"


@click.command(
    epilog="Examples: trainlet jobs --status running; trainlet jobs --metadata team=blue"
)
@click.option("--status", help="Only those in one state: queued, running, succeeded, failed, …")
@click.option("--name", help="Only those for a model of this name.")
@click.option(
    "--metadata",
    multiple=True,
    metavar="LABEL=TEXT",
    help="Only those whose spec has this in its metadata; more than once: all of them.",
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True)
@json_option
@url_option
def jobs(
    status: str | None,
    name: str | None,
    metadata: tuple[str, ...],
    limit: int,
    url: str | None,
    *,
    as_json: bool,
) -> None:
    """List jobs, newest first; with --json one document a line."""
    with connect(url) as client:
        results = list(islice(client.jobs(status, name, dict(map(_label, metadata))), limit))
    if as_json:
        for job in results:
            print_json(job.document)
    elif results:
        click.echo(aligned([HEADER, *map(_row, results)]))
    else:
        click.echo("No jobs.", err=True)


def _label(given: str) -> tuple[str, str]:
    label, equals, text = given.partition("=")
    if not equals:
        raise click.BadParameter(
            f"{given!r} is not of the form LABEL=TEXT", param_hint="--metadata"
        )
    return label, text


def _row(job: Job) -> tuple[str, ...]:
    model = f"{job.model.name} {job.model.version}"
    loss = number(job.metrics.get("loss"))
    return job.id, model, job.status, epochs_of(job), loss, job.created_at
