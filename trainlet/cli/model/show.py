"""`trainlet model show`: one model."""

from __future__ import annotations

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option, version_option
from trainlet.cli._text import metrics_line
from trainlet.client import Model


@click.command(epilog=examples("trainlet model show fruit --version 3"))
@click.argument("name", shell_complete=model_names)
@version_option
@json_option
@url_option
def show(name: str, version: str | None, url: str | None, *, as_json: bool) -> None:
    """Show the model NAME: its task, columns, labels, size, aliases and metrics."""
    with connect(url) as client:
        model = client.model(name, version)
    if as_json:
        print_json(model.document)
    else:
        _print(model)


def _print(model: Model) -> None:
    click.echo(f"{model.name} version {model.version}: {model.task}")
    rows = {
        "job": model.job,
        "created": model.created_at,
        "columns": ", ".join(model.columns),
        "labels": ", ".join(map(str, model.labels or ())),
        "parameters": model.parameters,
        "aliases": ", ".join(model.document.get("aliases", ())),
        "metrics": metrics_line(model.metrics),
    }
    for name, value in rows.items():
        if value:
            click.echo(f"  {name:<10}  {value}")
