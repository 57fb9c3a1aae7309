"""`trainlet predict`: points of a CSV file in, answers as CSV out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._rows import read
from trainlet.cli._service import connect, json_option, say_json, url_option
from trainlet.client import Prediction


@click.command(
    epilog="Examples: trainlet predict xor points.csv; echo 1,3 | trainlet predict xor -"
)
@click.argument("name", shell_complete=model_names)
@click.argument("points", type=click.File("rb"))
@click.option("--version", help="Which version; by default the newest.")
@json_option
@url_option
def predict(
    name: str, points: IO[bytes], version: str | None, url: str | None, *, as_json: bool
) -> None:
    """Ask the model NAME about the points in POINTS, a CSV file, or - for standard input.

    With a header the model's columns are found by name and others left out; without one each line
    has the model's columns in their order. The answer is CSV with a line a point: label, or value,
    and the outputs of the network.
    """
    with connect(url) as client:
        model = client.model(name, version)
        rows = read(points, model.columns)
        with rows.faults_placed():
            prediction = client.predict(model, rows.points)
    if as_json:
        say_json(prediction.document)
    else:
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(_table(prediction))
        click.echo(text.getvalue(), nl=False)


def _table(prediction: Prediction) -> Iterator[list[Any]]:
    """A header, then what the model says, first what it means."""
    outputs = [f"output_{unit}" for unit in range(1, len(prediction.outputs[0]) + 1)]
    if prediction.labels is not None:
        yield ["label", *outputs]
        for label, output in zip(prediction.labels, prediction.outputs, strict=True):
            yield [str(label).lower() if isinstance(label, bool) else label, *output]
        return
    yield [name.replace("output", "value") for name in outputs]
    yield from prediction.values or []
