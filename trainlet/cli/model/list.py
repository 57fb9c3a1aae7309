"""`trainlet model list`: models, newest first."""

from __future__ import annotations

from itertools import islice

import click

from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, limit_option, print_json, url_option
from trainlet.cli._text import aligned, metrics_line
from trainlet.client import Model

HEADER = "model", "version", "task", "parameters", "metrics"


@click.command("list", epilog=examples("trainlet model list --json"))
@limit_option
@json_option
@url_option
def list_models(limit: int, url: str | None, *, as_json: bool) -> None:
    """List the newest version of each model, newest first; with --json one document per line."""
    with connect(url) as client:
        models = list(islice(client.models(), limit))
    if as_json:
        for model in models:
            print_json(model.document)
    elif models:
        click.echo(aligned([HEADER, *map(_row, models)]))
    else:
        click.echo("No models.", err=True)


def _row(model: Model) -> tuple[str, ...]:
    metrics = metrics_line(model.metrics)
    return model.name, str(model.version), model.task, str(model.parameters), metrics
