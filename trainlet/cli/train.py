"""`trainlet train`: a spec in, a model out; the job goes on whoever waits for it."""

from __future__ import annotations

from typing import IO

import click

from trainlet.cli import _spec
from trainlet.cli._completing import preset_names
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import metrics_line, title
from trainlet.cli._waiting import wait_for
from trainlet.client import Job


@click.command(
    epilog="Examples: trainlet train spec.json; trainlet train --preset xor; "
    "trainlet preset show iris | trainlet train -"
)
@click.argument("spec", type=click.File("rb"), required=False)
@click.option("--preset", shell_complete=preset_names, help="Train this preset instead of a file.")
@click.option("--wait/--no-wait", default=True, help="Wait for the end, or tell the id at once.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@json_option
@url_option
def train(
    spec: IO[bytes] | None,
    preset: str | None,
    url: str | None,
    *,
    wait: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Train a network from the job spec in SPEC, a JSON file, or - for standard input.

    Progress is told on standard error, what came of it on standard output. Ctrl-C ends the
    waiting, not the job.
    """
    read = _spec.read(spec, preset)
    with connect(url) as client:
        with read.errors_placed():
            job = client.submit(read.document)
        if wait:
            job = wait_for(client, job, quiet=quiet)
    if as_json:
        print_json(job.document)
    elif wait:
        _print(job)
    else:
        click.echo(job.id)


def _print(job: Job) -> None:
    click.echo(title(job))
    click.echo(f"  {metrics_line(job.metrics)}")
    for warning in job.warnings:
        click.echo(f"  warning: {warning}", err=True)
    click.echo(f"Ask it: trainlet predict {job.model.name} points.csv", err=True)
