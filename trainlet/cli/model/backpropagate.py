"""`trainlet model backpropagate`: activations and gradients of one backward pass."""

from __future__ import annotations

from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._reading import options_of, reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option, version_option
from trainlet.cli._table import located, media_type_of, name_of, read_whole
from trainlet.client.options import parameters


@click.command(
    epilog=examples(
        "echo 1,3,1 | trainlet model backpropagate xor -",
        "trainlet model backpropagate fruit samples.csv --target fruit --json",
    )
)
@click.argument("name", shell_complete=model_names)
@click.argument("samples", type=click.File("rb"))
@click.option(
    "--target",
    "targets",
    multiple=True,
    help="Target column; repeatable. [default: that of the training]",
)
@click.option("--train", is_flag=True, help="Run layers in training mode, with dropout.")
@version_option
@reading_options
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
    **options: Any,
) -> None:
    """Print the cost of SAMPLES and, for each layer of the model NAME, z, a, δ and the gradients.

    SAMPLES is a table as for predict with columns for the targets, or - for standard input. With a
    header, columns are found by name; without one, the targets come after the model's columns. The
    output names the equation of each array. The model is not changed.
    """
    with connect(url) as client, located(name_of(samples)):
        layers = client.backpropagate_table(
            client.model(name, version),
            read_whole(samples),
            media_type_of(samples),
            parameters(options_of(**options)),
            target=targets,
            mode="train" if train else "predict",
        )
    if as_json:
        print_json(layers.document)
    else:
        click.echo(str(layers))
