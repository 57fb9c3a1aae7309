"""`trainlet model explain`: permutation feature importance and feature attributions."""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._reading import reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option, version_option
from trainlet.cli._table import send_table
from trainlet.cli._text import aligned, metrics_line, number
from trainlet.client import Attribution, Importance

POINTS = 100
"""Points per request."""


@click.command(
    epilog=examples(
        "trainlet model explain fruit",
        "trainlet model explain fruit --repeats 20 --json",
        "echo 1,3 | trainlet model explain xor -",
    )
)
@click.argument("name", shell_complete=model_names)
@click.argument("points", type=click.File("rb"), required=False)
@version_option
@click.option(
    "--repeats",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="Number of shuffles of each column.",
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
    """Compute the importance of each column to the model NAME, or attributions for POINTS.

    The importance is the increase of the loss after a column is shuffled among held-out samples
    (permutation feature importance). With POINTS, a table as for predict or - for standard input,
    prints for each row and feature the gradient of the output times the input; --json prints one
    document per row.
    """
    with connect(url) as client:
        if points is None:
            importance = client.explain(name, version=version, repeats=repeats)
            print_json(importance.document) if as_json else _print_importance(importance)
            return
        model = client.model(name, version)
        send = partial(client.explain_table, model)
        for attributions in send_table(points, options, send, POINTS):
            for attribution in attributions:
                print_json(attribution.document) if as_json else _print_attribution(attribution)


def _print_importance(importance: Importance) -> None:
    times = "once" if importance.repeats == 1 else f"{importance.repeats} times"
    click.echo(
        f"{importance.rows} samples of the {importance.part} set, each column shuffled {times}"
    )
    click.echo(f"  unshuffled: {metrics_line(importance.metrics)}\n")
    columns = sorted(importance.columns, key=lambda column: -column.importance)
    rows = [[column.column, number(column.importance), number(column.std)] for column in columns]
    click.echo(aligned([["column", "loss increase", "std"], *rows]))


def _print_attribution(attribution: Attribution) -> None:
    label = "" if attribution.label is None else f", for {attribution.label}"
    click.echo(f"output {number(attribution.output)}{label}\n")
    features = sorted(attribution.features, key=lambda feature: -abs(feature.product))
    rows = [
        [feature.feature, number(feature.input), number(feature.gradient), number(feature.product)]
        for feature in features
    ]
    click.echo(aligned([["feature", "input", "gradient", "gradient x input"], *rows]) + "\n")
