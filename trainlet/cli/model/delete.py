"""`trainlet model delete`: deletion of a model or a version."""

from __future__ import annotations

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_deleted, url_option


@click.command(
    epilog=examples("trainlet model delete xor --version 2", "trainlet model delete xor --all")
)
@click.argument("name", shell_complete=model_names)
@click.option("--version", help="Version to delete.")
@click.option("--all", "every", is_flag=True, help="Delete all versions.")
@json_option
@url_option
def delete(name: str, version: str | None, url: str | None, *, every: bool, as_json: bool) -> None:
    """Delete a version of the model NAME, or all with --all.

    Version numbers are not reused. Exits with status 5 while an alias refers to the version.
    """
    if (version is None) != every:
        raise click.UsageError("one of --version and --all is required")
    with connect(url) as client:
        client.delete_model(name, version)
    text = name if version is None else f"{name} version {version}"
    print_deleted("model", text, as_json=as_json)
