"""Options that say how a table is read, with the names of the API's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from trainlet.config import fields
from trainlet.datasets import ReadingOptions

Command = TypeVar("Command", bound=Callable[..., Any])

TYPES = {field.name: field.annotation for field in fields(ReadingOptions)}
HELP = {
    "delimiter": "Separator of values.",
    "decimal": "Decimal separator of numbers.",
    "thousands": "Thousands separator of numbers.",
    "encoding": "Encoding of text.",
}


def reading_options(command: Command) -> Command:
    """Add the options; each omitted one is None."""
    command = click.option("--sheet", help="Sheet of an Excel file.")(command)
    command = click.option(
        "--missing", multiple=True, help="Text that stands for a missing value (repeatable)."
    )(command)
    command = click.option("--comment", help="Character at the start of skipped lines.")(command)
    for name in reversed(HELP):
        choices = click.Choice(get_args(get_args(TYPES[name])[0]))
        command = click.option(f"--{name}", type=choices, help=HELP[name])(command)
    return click.option(
        "--header/--no-header", default=None, help="Whether the first line names the columns."
    )(command)


def parameters(options: dict[str, Any]) -> dict[str, Any]:
    """The given options as query parameters."""
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if "header" in given:
        given["header"] = str(given["header"]).lower()
    return given
