"""`trainlet export`: a model's weights as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from trainlet.cli._service import connect, json_option, say_json, url_option
from trainlet.client import Client


@click.command(epilog="Example: trainlet export xor --output xor.safetensors")
@click.argument("name")
@click.option("--version", help="Which version; by default the newest.")
@click.option(
    "--output",
    "-o",
    help="The file, or - for standard output; by default NAME-VERSION.safetensors.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@json_option
@url_option
def export(
    name: str,
    version: str | None,
    output: str | None,
    url: str | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Save the weights of the model NAME as a safetensors file, checked against its SHA-256."""
    with connect(url) as client:
        if output == "-":
            _print(client.weights(name, version))
            return
        model = client.model(name, version)
        path = Path(output or f"{model.name}-{model.version}.safetensors")
        if path.exists() and not force:
            raise click.UsageError(f"{path} is there already; --force replaces it")
        _save(client, name, path, model.version)
    if as_json:
        say_json({"path": str(path), "bytes": model.bytes, "sha256": model.sha256})
    else:
        click.echo(path)


def _save(client: Client, name: str, path: Path, version: int) -> None:
    try:
        client.download(name, path, version)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


def _print(data: bytes) -> None:
    if sys.stdout.isatty():
        raise click.UsageError("standard output is a terminal, and weights are no text")
    click.echo(data, nl=False)
