"""`trainlet export`: a model as a file."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Literal

import click

from trainlet.cli._completing import model_names
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.client import Client
from trainlet.client.models import FORMATS

Form = Literal["weights", "onnx", "standalone.py"]


@click.command(
    epilog="Examples: trainlet export xor --output xor.safetensors; trainlet export xor --as onnx"
)
@click.argument("name", shell_complete=model_names)
@click.option(
    "--as",
    "form",
    type=click.Choice(list(FORMATS)),
    default="weights",
    show_default=True,
    help="weights: a safetensors file; standalone.py: needs numpy alone.",
)
@click.option("--version", help="Which version; by default the newest.")
@click.option(
    "--output",
    "-o",
    help="The file, or - for standard output; by default NAME-VERSION.safetensors, .onnx or .py.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@json_option
@url_option
def export(
    name: str,
    form: Form,
    version: str | None,
    output: str | None,
    url: str | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Save the model NAME as a file; weights are checked against their SHA-256."""
    with connect(url) as client:
        if output == "-":
            _print(client.weights(name, version, form))
            return
        model = client.model(name, version)
        path = Path(output or f"{model.name}-{model.version}.{FORMATS[form]}")
        if path.exists() and not force:
            raise click.UsageError(f"{path} is there already; --force replaces it")
        _save(client, name, path, model.version, form)
    if as_json:
        print_json({"path": str(path), "bytes": path.stat().st_size, "sha256": _sha256(path)})
    else:
        click.echo(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _save(client: Client, name: str, path: Path, version: int, form: Form) -> None:
    try:
        client.download(name, path, version, form, overwrite=True)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


def _print(data: bytes) -> None:
    if sys.stdout.isatty():
        raise click.UsageError("standard output is a terminal, and this is no text")
    click.echo(data, nl=False)
