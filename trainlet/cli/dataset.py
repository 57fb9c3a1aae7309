"""`trainlet dataset`: uploaded files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from trainlet.cli._reading import column_types_option, options_of, reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import aligned
from trainlet.client import Dataset, DatasetError

HEADER = "column", "type", "missing", "values"
LISTED = "dataset", "name", "status", "bytes", "created"
MAX_CHARACTERS = 60

quiet_option = click.option("--quiet", is_flag=True, help="Print the id alone, and no progress.")


@click.group
def dataset() -> None:
    """Upload, list, show, read again and delete files to train on."""


@dataset.command(
    epilog="Examples: trainlet dataset upload fruit.csv; "
    "id=$(trainlet dataset upload fruit.csv --quiet); "
    "cat fruit.csv | trainlet dataset upload - --name fruit --column zip=category"
)
@click.argument("file", type=click.File("rb"))
@click.option("--name", help="Name of the dataset; by default that of the file.")
@click.option("--type", "media_type", help="Media type; by default by the name of the file.")
@reading_options
@column_types_option
@quiet_option
@json_option
@url_option
def upload(
    file: IO[bytes],
    name: str | None,
    media_type: str | None,
    url: str | None,
    *,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Upload FILE, or - for standard input, and show its columns.

    FILE is CSV, Excel, JSON Lines, Parquet, NPY or NPZ. Its id goes into a spec: "source":
    {"type": "uploaded", "id": …}. The same content with the same options is one dataset. Exits with
    status 3 if the file cannot be read.
    """
    given, name = options_of(**options), name or _name(file)
    with connect(url) as client, _hint():
        result = client.upload(file, name, media_type=media_type, progress=not quiet, **given)
    _print(result, quiet=quiet, as_json=as_json)


@dataset.command(epilog="Example: trainlet dataset read 463fddc7… --delimiter semicolon")
@click.argument("dataset_id", metavar="ID")
@reading_options
@column_types_option
@quiet_option
@json_option
@url_option
def read(dataset_id: str, url: str | None, *, quiet: bool, as_json: bool, **options: Any) -> None:
    """Read the file of the dataset ID with other options, as another dataset.

    Omitted options use their defaults. Exits with status 3 if the file cannot be read.
    """
    given = options_of(**options)
    with connect(url) as client, _hint():
        result = client.read_dataset(dataset_id, **given)
    _print(result, quiet=quiet, as_json=as_json)


@dataset.command("list", epilog="Example: trainlet dataset list --limit 5")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True)
@json_option
@url_option
def list_datasets(limit: int, url: str | None, *, as_json: bool) -> None:
    """List datasets, newest first; with --json one document per line."""
    with connect(url) as client:
        results = list(islice(client.datasets(), limit))
    if as_json:
        for each in results:
            print_json(each.document)
    elif results:
        click.echo(aligned([LISTED, *map(_row, results)]))
    else:
        click.echo("No datasets.", err=True)


@dataset.command(epilog="Example: trainlet dataset show 463fddc7…")
@click.argument("dataset_id", metavar="ID")
@json_option
@url_option
def show(dataset_id: str, url: str | None, *, as_json: bool) -> None:
    """Show the dataset ID: how it was read, and its columns."""
    with connect(url) as client:
        _print(client.dataset(dataset_id), quiet=False, as_json=as_json)


@dataset.command(epilog="Example: trainlet dataset delete 463fddc7…")
@click.argument("dataset_id", metavar="ID")
@url_option
def delete(dataset_id: str, url: str | None) -> None:
    """Delete the dataset ID. Exits with status 5 while a job needs it."""
    with connect(url) as client:
        client.delete_dataset(dataset_id)
    click.echo(f"dataset {dataset_id} deleted")


@contextmanager
def _hint() -> Iterator[None]:
    """Say how to read a file again that could not be read."""
    try:
        yield
    except DatasetError as error:
        again = f"trainlet dataset read {error.dataset.id} --delimiter …"
        error.args = (f"{error}\nRead it with other options: {again}",)
        raise


def _name(file: IO[bytes]) -> str:
    return "" if file is sys.stdin.buffer else Path(getattr(file, "name", "")).name


def _row(each: Dataset) -> tuple[str, ...]:
    return each.id, each.name, each.status, str(each.bytes), each.created_at


def _print(result: Dataset, *, quiet: bool, as_json: bool) -> None:
    if as_json:
        print_json(result.document)
        return
    if quiet:
        click.echo(result.id)
        return
    payload = result.status if result.rows is None else f"{result.rows} rows"
    click.echo(f"{result.name or 'dataset'}: {payload}\n  id {result.id}")
    if result.error:
        click.echo(f"  error {result.error}")
    if result.columns:
        rows = [
            (column.name, column.type, str(column.missing), _short(column.values))
            for column in result.columns
        ]
        click.echo(aligned([HEADER, *rows]))
    for warning in result.warnings:
        click.echo(f"  warning: {warning}", err=True)


def _short(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
