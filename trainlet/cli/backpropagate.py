"""`trainlet backpropagate`: every number of one backward pass."""

from __future__ import annotations

from typing import IO

import click

from trainlet.cli._completing import model_names
from trainlet.cli._rows import read
from trainlet.cli._service import connect, json_option, say_json, url_option


@click.command(
    epilog="Examples: echo 1,3,1 | trainlet backpropagate xor -; "
    "trainlet backpropagate fruit samples.csv --target fruit --json"
)
@click.argument("name", shell_complete=model_names)
@click.argument("samples", type=click.File("rb"))
@click.option(
    "--target",
    "targets",
    multiple=True,
    help="A column that holds the target; by default all that are not the model's.",
)
@click.option("--train", is_flag=True, help="Layers do what they do in training: dropout drops.")
@click.option("--version", help="Which version; by default the newest.")
@json_option
@url_option
def backpropagate(
    name: str,
    samples: IO[bytes],
    targets: tuple[str, ...],
    version: str | None,
    url: str | None,
    *,
    train: bool,
    as_json: bool,
) -> None:
    """Tell the cost of SAMPLES and, for each layer of the model NAME, z, a, δ and gradients.

    SAMPLES is a CSV file of points with their targets, or - for standard input. With a header
    columns are found by name; without one the targets stand behind the model's columns. Beside a
    number stands which of the four equations gives it. Nothing is changed.
    """
    with connect(url) as client:
        model = client.model(name, version)
        rows = read(samples, model.columns, targets)
        with rows.faults_placed():
            numbers = client.backpropagate(
                model, rows.points, rows.targets, mode="train" if train else "predict"
            )
    if as_json:
        say_json(numbers.document)
    else:
        click.echo(str(numbers))
