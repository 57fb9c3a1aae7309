"""`trainlet model export`: models as files."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option, version_option
from trainlet.client import Client
from trainlet.client.models import SUFFIXES, Format


@click.command(
    epilog=examples(
        "trainlet model export xor --output xor.safetensors",
        "trainlet model export xor --format onnx",
    )
)
@click.argument("name", shell_complete=model_names)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(list(SUFFIXES)),
    default="weights",
    show_default=True,
    help="Format: a safetensors file, an ONNX file, or a Python file that needs only NumPy.",
)
@version_option
@click.option(
    "--output",
    "-o",
    help="File, or - for standard output. [default: NAME-VERSION.safetensors, .onnx or .py]",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@json_option
@url_option
def export(
    name: str,
    file_format: Format,
    version: str | None,
    output: str | None,
    url: str | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Save the model NAME as a file; weights are verified by their SHA-256."""
    with connect(url) as client:
        if output == "-":
            _print(client.weights(name, version, file_format))
            return
        model = client.model(name, version)
        path = Path(output or f"{model.name}-{model.version}.{SUFFIXES[file_format]}")
        if path.exists() and not force:
            raise click.UsageError(f"{path} exists; --force overwrites it")
        _save(client, name, path, model.version, file_format)
    if as_json:
        print_json({"path": str(path), "bytes": path.stat().st_size, "sha256": _sha256(path)})
    else:
        click.echo(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _save(client: Client, name: str, path: Path, version: int, file_format: Format) -> None:
    try:
        client.download(name, path, version, file_format, overwrite=True)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


def _print(data: bytes) -> None:
    if sys.stdout.isatty():
        raise click.UsageError("standard output must not be a terminal for a model")
    click.echo(data, nl=False)
