"""Command-line options for reading tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from trainlet.client.options import Options

Command = TypeVar("Command", bound=Callable[..., Any])

DELIMITERS = ["auto", "comma", "semicolon", "tab", "pipe", "space", ",", ";", "|"]
OPTIONS = [
    click.option("--delimiter", type=click.Choice(DELIMITERS), help="Separator of values."),
    click.option("--header/--no-header", default=None, help="Whether the first line has names."),
    click.option("--decimal", type=click.Choice(["point", "comma"]), help="Decimal separator."),
    click.option(
        "--thousands",
        type=click.Choice(["none", "comma", "point", "space", "apostrophe"]),
        help="Thousands separator.",
    ),
    click.option("--comment", metavar="CHARACTER", help="Prefix of lines to skip."),
    click.option(
        "--encoding",
        type=click.Choice(["auto", "utf-8", "utf-16", "latin-1", "cp1252"]),
        help="Encoding of the text.",
    ),
    click.option(
        "--missing",
        multiple=True,
        metavar="TEXT",
        help="Text of a missing value, which replaces the default texts; repeatable.",
    ),
    click.option("--sheet", help="Sheet of an Excel file."),
]

column_types_option = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=TYPE",
    help="Type of a column: number, category, date, boolean or ignore; repeatable.",
)


def reading_options(command: Command) -> Command:
    """Add the reading options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def options_of(missing: tuple[str, ...], columns: tuple[str, ...] = (), **options: Any) -> Options:
    """Return the reading options for the client. Raises BadParameter."""
    selected: Any = {name: value for name, value in options.items() if value is not None}
    if missing:
        selected["missing"] = list(missing)
    if columns:
        selected["columns"] = dict(map(_column, columns))
    return selected  # type: ignore[no-any-return]


def _column(argument: str) -> tuple[str, str]:
    name, equals, kind = argument.rpartition("=")
    if not equals:
        raise click.BadParameter(f"{argument!r} must be NAME=TYPE", param_hint="--column")
    return name, kind
