"""`trainlet dataset`: uploaded files to train on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from trainlet.cli._group import Group, examples
from trainlet.cli._reading import column_types_option, options_of, reading_options
from trainlet.cli._service import (
    connect,
    json_option,
    limit_option,
    print_deleted,
    print_json,
    url_option,
)
from trainlet.cli._text import aligned
from trainlet.client import Dataset, DatasetError

HEADER = "column", "type", "missing", "values"
LISTED = "dataset", "name", "status", "bytes", "created"
MAX_CHARACTERS = 60

quiet_option = click.option("--quiet", is_flag=True, help="Print only the id, and no progress.")


@click.group(cls=Group)
def dataset() -> None:
    """Upload, list, show, read and delete files to train on."""


@dataset.command(
    epilog=examples(
        "trainlet dataset upload fruit.csv",
        "id=$(trainlet dataset upload fruit.csv --quiet)",
        "cat fruit.csv | trainlet dataset upload - --name fruit --column zip=category",
    )
)
@click.argument("file", type=click.File("rb"))
@click.option("--name", help="Name of the dataset. [default: that of the file]")
@click.option("--type", "media_type", help="Media type. [default: by the name of the file]")
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
    selected, name = options_of(**options), name or _name(file)
    with connect(url) as client, _hint():
        uploaded = client.upload(file, name, media_type=media_type, progress=not quiet, **selected)
    _print(uploaded, quiet=quiet, as_json=as_json)


@dataset.command(epilog=examples("trainlet dataset read 463fddc7… --delimiter semicolon"))
@click.argument("dataset_id", metavar="ID")
@reading_options
@column_types_option
@quiet_option
@json_option
@url_option
def read(dataset_id: str, url: str | None, *, quiet: bool, as_json: bool, **options: Any) -> None:
    """Read the file of the dataset ID with other options, as a new dataset.

    Omitted options use their defaults. Exits with status 3 if the file cannot be read.
    """
    selected = options_of(**options)
    with connect(url) as client, _hint():
        read = client.read_dataset(dataset_id, **selected)
    _print(read, quiet=quiet, as_json=as_json)


@dataset.command("list", epilog=examples("trainlet dataset list --limit 5"))
@limit_option
@json_option
@url_option
def list_datasets(limit: int, url: str | None, *, as_json: bool) -> None:
    """List datasets, newest first; with --json one document per line."""
    with connect(url) as client:
        datasets = list(islice(client.datasets(), limit))
    if as_json:
        for each in datasets:
            print_json(each.document)
    elif datasets:
        click.echo(aligned([LISTED, *map(_row, datasets)]))
    else:
        click.echo("No datasets.", err=True)


@dataset.command(epilog=examples("trainlet dataset show 463fddc7…"))
@click.argument("dataset_id", metavar="ID")
@json_option
@url_option
def show(dataset_id: str, url: str | None, *, as_json: bool) -> None:
    """Show the dataset ID: its rows and columns, and with --json its reading options."""
    with connect(url) as client:
        _print(client.dataset(dataset_id), quiet=False, as_json=as_json)


@dataset.command(epilog=examples("trainlet dataset delete 463fddc7…"))
@click.argument("dataset_id", metavar="ID")
@json_option
@url_option
def delete(dataset_id: str, url: str | None, *, as_json: bool) -> None:
    """Delete the dataset ID. Exits with status 5 while a job needs it."""
    with connect(url) as client:
        client.delete_dataset(dataset_id)
    print_deleted("dataset", dataset_id, as_json=as_json)


@contextmanager
def _hint() -> Iterator[None]:
    """Add the command that reads the file again to the error of a file that cannot be read."""
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


def _print(stored: Dataset, *, quiet: bool, as_json: bool) -> None:
    if as_json:
        print_json(stored.document)
        return
    if quiet:
        click.echo(stored.id)
        return
    summary = stored.status if stored.rows is None else f"{stored.rows} rows"
    click.echo(f"{stored.name or 'dataset'}: {summary}\n  id {stored.id}")
    if stored.error:
        click.echo(f"  error {stored.error}")
    if stored.columns:
        rows = [
            (column.name, column.type, str(column.missing), _short(column.values))
            for column in stored.columns
        ]
        click.echo(aligned([HEADER, *rows]))
    for warning in stored.warnings:
        click.echo(f"  warning: {warning}", err=True)


def _short(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
