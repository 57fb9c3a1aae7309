"""`trainlet models`: the models there are."""

from __future__ import annotations

from itertools import islice

import click

from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import aligned, metrics_line
from trainlet.client import Model

HEADER = "model", "version", "task", "parameters", "metrics"


@click.command(epilog="Example: trainlet models --json")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True)
@json_option
@url_option
def models(limit: int, url: str | None, *, as_json: bool) -> None:
    """List the newest version of each model, newest first; with --json one document a line."""
    with connect(url) as client:
        results = list(islice(client.models(), limit))
    if as_json:
        for model in results:
            print_json(model.document)
    elif results:
        click.echo(aligned([HEADER, *map(_row, results)]))
    else:
        click.echo("No models.", err=True)


def _row(model: Model) -> tuple[str, ...]:
    metrics = metrics_line(model.metrics)
    return model.name, str(model.version), model.task, str(model.parameters), metrics
