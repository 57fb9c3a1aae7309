"""`trainlet explain`: what columns are worth to a model, and what its answers rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._rows import read
from trainlet.cli._service import connect, json_option, say_json, url_option
from trainlet.cli._text import aligned, metrics_line, number
from trainlet.client import Attribution, Client, Importance, Model
from trainlet.errors import Fault, Invalid

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
) -> None:
    """Tell what each column is worth to the model NAME, or what its answers for POINTS rest on.

    A column is worth the rise of the loss once it is shuffled among the samples that training did
    not see. POINTS is a CSV file of points, or - for standard input: of each answer it is told, by
    feature, how the output changes with it (its gradient) times what it is; --json has a document
    a point.
    """
    with connect(url) as client:
        if points is None:
            found = client.explain(name, version=version, repeats=repeats)
            say_json(found.document) if as_json else _tell_worth(found)
            return
        model = client.model(name, version)
        rows = read(points, model.columns)
        with rows.faults_placed():
            for start in range(0, len(rows.points), POINTS):
                for answer in _explained(client, model, start, rows.points):
                    say_json(answer.document) if as_json else _tell_answer(answer)


def _explained(
    client: Client, model: Model, start: int, points: list[list[Any]]
) -> tuple[Attribution, ...]:
    """The explanations of some points. Raises Invalid with the place among all."""
    try:
        return client.explain_points(model, points[start : start + POINTS])
    except Invalid as error:
        raise Invalid(_moved(fault, start) for fault in error.faults) from None


def _moved(fault: Fault, start: int) -> Fault:
    first, *rest = fault.path or ("",)
    if first != "points" or not rest or not isinstance(rest[0], int):
        return fault
    return replace(fault, path=("points", start + rest[0], *rest[1:]))


def _tell_worth(found: Importance) -> None:
    times = "once" if found.repeats == 1 else f"{found.repeats} times"
    click.echo(f"{found.rows} samples of the {found.part} part, each column shuffled {times}")
    click.echo(f"  unshuffled: {metrics_line(found.metrics)}\n")
    columns = sorted(found.columns, key=lambda one: -one.importance)
    rows = [[one.column, number(one.importance), number(one.deviation)] for one in columns]
    click.echo(aligned([["column", "rise of the loss", "deviation"], *rows]))


def _tell_answer(found: Attribution) -> None:
    label = "" if found.label is None else f", for {found.label}"
    click.echo(f"output {number(found.output)}{label}\n")
    features = sorted(found.features, key=lambda one: -abs(one.product))
    rows = [
        [one.feature, number(one.input), number(one.gradient), number(one.product)]
        for one in features
    ]
    click.echo(aligned([["feature", "input", "gradient", "gradient x input"], *rows]) + "\n")
