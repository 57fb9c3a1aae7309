"""`trainlet upload`: a file to learn from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from trainlet.cli._service import connect, json_option, say_json, url_option
from trainlet.cli._text import aligned
from trainlet.client import Dataset

HEADER = "column", "type", "missing", "values"
MOST_CHARACTERS = 60


@click.command(
    epilog="Examples: trainlet upload fruit.csv; id=$(trainlet upload fruit.csv --quiet); "
    "cat fruit.csv | trainlet upload - --name fruit"
)
@click.argument("file", type=click.File("rb"))
@click.option("--name", help="A name for people; by default that of the file.")
@click.option(
    "--delimiter",
    type=click.Choice(["auto", "comma", "semicolon", "tab"]),
    default="auto",
    help="What stands between the values of a CSV file.",
)
@click.option("--header/--no-header", default=None, help="Whether its first line names columns.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), default="point")
@click.option("--quiet", is_flag=True, help="Show no progress, and tell the id alone.")
@json_option
@url_option
def upload(
    file: IO[bytes], name: str | None, url: str | None, *, quiet: bool, as_json: bool, **form: Any
) -> None:
    """Bring FILE, a CSV, NPY, NPZ or Parquet file, or - for standard input, and tell its columns.

    Its id goes into a spec: "source": {"type": "uploaded", "id": …}. The same content is one
    dataset, however often it is sent. A file in which something is wrong ends with 3.
    """
    with connect(url) as client:
        found = client.upload(file, name or _name(file), progress=not quiet, **form)
    if as_json:
        say_json(found.document)
    elif quiet:
        click.echo(found.id)
    else:
        _tell(found)


def _name(file: IO[bytes]) -> str:
    return "" if file is sys.stdin.buffer else Path(getattr(file, "name", "")).name


def _tell(found: Dataset) -> None:
    click.echo(f"{found.name or 'dataset'}: {found.rows} rows\n  id {found.id}")
    rows = [
        (column.name, column.type, str(column.missing), _short(column.values))
        for column in found.columns
    ]
    click.echo(aligned([HEADER, *rows]))


def _short(words: str) -> str:
    return words if len(words) <= MOST_CHARACTERS else f"{words[:MOST_CHARACTERS]}…"
