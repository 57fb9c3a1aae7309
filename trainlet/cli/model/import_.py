"""`trainlet model import`: models that were trained elsewhere."""

from __future__ import annotations

from typing import IO

import click

from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option


@click.command(
    "import",
    epilog=examples(
        "trainlet model import fruit fruit-3.safetensors",
        "trainlet model export fruit -o - | trainlet model import copy -",
    ),
)
@click.argument("name")
@click.argument("file", type=click.File("rb"))
@json_option
@url_option
def import_(name: str, file: IO[bytes], url: str | None, *, as_json: bool) -> None:
    """Import FILE, or - for standard input, as the next version of the model NAME.

    FILE is a safetensors file: an exported model, or a state dict of PyTorch whose metadata have
    the architecture.
    """
    with connect(url) as client:
        model = client.import_model(file.read(), name)
    if as_json:
        print_json(model.document)
    else:
        click.echo(f"{model.name} version {model.version}")
