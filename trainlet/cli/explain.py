"""`trainlet explain`: what columns are worth to a model, and what its answers rest on."""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._reading import reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._table import send_table
from trainlet.cli._text import aligned, metrics_line, number
from trainlet.client import Attribution, Importance

POINTS = 100
"""Points per request."""


@click.command(
    epilog="Examples: trainlet explain fruit; echo 1,3 | trainlet explain xor -; "
    "trainlet explain fruit --repeats 20 --json"
)
@click.argument("name", shell_complete=model_names)
@click.argument("points", type=click.File("rb"), required=False)
@click.option("--version", help="Which version; by default the newest.")
@click.option(
    "--repeats",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="How often each column is shuffled.",
)
@reading_options
@json_option
@url_option
def explain(
    name: str,
    points: IO[bytes] | None,
    version: str | None,
    url: str | None,
    *,
    repeats: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Tell what each column is worth to the model NAME, or what its answers for POINTS rest on.

    A column is worth the rise of the loss once it is shuffled among the samples that training did
    not see. POINTS is a table as for predict, or - for standard input, so the training file works
    as it is. Prints for each row, by feature, how the output changes with it (its gradient) times
    its value; --json prints one document per row.
    """
    with connect(url) as client:
        if points is None:
            result = client.explain(name, version=version, repeats=repeats)
            print_json(result.document) if as_json else _print_importance(result)
            return
        model = client.model(name, version)
        for responses in send_table(points, options, partial(client.explain_table, model), POINTS):
            for response in responses:
                print_json(response.document) if as_json else _print_attribution(response)


def _print_importance(result: Importance) -> None:
    times = "once" if result.repeats == 1 else f"{result.repeats} times"
    click.echo(f"{result.rows} samples of the {result.part} part, each column shuffled {times}")
    click.echo(f"  unshuffled: {metrics_line(result.metrics)}\n")
    columns = sorted(result.columns, key=lambda one: -one.importance)
    rows = [[one.column, number(one.importance), number(one.std)] for one in columns]
    click.echo(aligned([["column", "rise of the loss", "std"], *rows]))


def _print_attribution(result: Attribution) -> None:
    label = "" if result.label is None else f", for {result.label}"
    click.echo(f"output {number(result.output)}{label}\n")
    features = sorted(result.features, key=lambda one: -abs(one.product))
    rows = [
        [one.feature, number(one.input), number(one.gradient), number(one.product)]
        for one in features
    ]
    click.echo(aligned([["feature", "input", "gradient", "gradient x input"], *rows]) + "\n")
