"""`trainlet predict` and `trainlet model predict`: predictions for the rows of a table."""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._reading import reading_options
from trainlet.cli._records import record_ends
from trainlet.cli._service import connect, json_option, url_option, version_option
from trainlet.cli._table import send_table
from trainlet.media_types import CSV


@click.command(
    epilog=examples(
        "trainlet predict fruit new.csv -o labels.csv", "echo 1,3 | trainlet predict xor -"
    )
)
@click.argument("name", shell_complete=model_names)
@click.argument("file", type=click.File("rb"))
@version_option
@click.option(
    "-o",
    "--output",
    type=click.File("wb", lazy=False),
    default="-",
    help="Output file.",
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
    columns are found by name, and other columns are ignored, so the training file is valid input.
    CSV, .tsv, .jsonl and .xlsx may be compressed with gzip, such as table.csv.gz.

    The output is CSV with one line per row: the label and the outputs, or the values. FILE may be
    of any size, because it is sent in requests of up to 5,000 rows. --json prints one document per
    request.
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
