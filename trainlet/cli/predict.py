"""`trainlet predict`: rows of a table in, predictions as CSV out."""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._reading import reading_options
from trainlet.cli._records import record_ends
from trainlet.cli._service import connect, json_option, url_option
from trainlet.cli._table import send_table
from trainlet.media_types import CSV


@click.command(
    epilog="Examples: trainlet predict fruit new.csv -o labels.csv; "
    "echo 1,3 | trainlet predict xor -"
)
@click.argument("name", shell_complete=model_names)
@click.argument("file", type=click.File("rb"))
@click.option("--version", help="Version or alias; by default the newest version.")
@click.option(
    "-o", "--output", type=click.File("wb", lazy=False), default="-", help="File for the result."
)
@reading_options
@json_option
@url_option
def predict(
    name: str,
    file: IO[bytes],
    version: str | None,
    output: IO[bytes],
    url: str | None,
    *,
    as_json: bool,
    **options: Any,
) -> None:
    """Predict each row of FILE with the model NAME; - reads standard input.

    FILE is CSV, tab-separated (.tsv), JSON Lines (.jsonl), Excel (.xlsx) or an array (.npy). Its
    columns are found by name, and others are ignored, so the training file works as it is. CSV,
    .tsv, .jsonl and .xlsx may be compressed with gzip, such as table.csv.gz. The
    result is CSV with one row per row: the label and the outputs, or the values. FILE is sent in
    requests of up to 5,000 rows and may be of any size. --json prints one document per request.
    """
    accept = "application/json" if as_json else CSV
    with connect(url) as client:
        model = client.model(name, version)
        send = partial(client.predict_table, model, accept=accept)
        for number, content in enumerate(send_table(file, options, send)):
            if as_json:
                output.write(content + b"\n")
            else:
                output.write(content if number == 0 else content[_first_record(content) :])
            output.flush()


def _first_record(content: bytes) -> int:
    return int(record_ends(content, b"\n")[0])
