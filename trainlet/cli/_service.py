"""Connection to the API, options that commands share, and output in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import httpx

from trainlet import settings
from trainlet.client import Client, Job
from trainlet.local import port

KEY = f"{__name__}.key"
Command = TypeVar("Command", bound=Callable[..., Any])


def url_option(command: Command) -> Command:
    """Add the options for the URL of the API and for the API key to a command."""
    url = click.option(
        "--url",
        envvar="TRAINLET_URL",
        help="URL of the API. [default: TRAINLET_URL, or the address of the settings]",
    )
    key = click.option(
        "--key",
        envvar="TRAINLET_KEY",
        expose_value=False,
        callback=_remember,
        help="API key. TRAINLET_KEY is safer, because other users can see arguments.",
    )
    return url(key(command))


def _remember(context: click.Context, _: click.Parameter, key: str | None) -> None:
    context.meta[KEY] = key


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    help="Maximum number of entries.",
)
version_option = click.option("--version", help="Version or alias. [default: the newest version]")


def connect(url: str | None) -> Client:
    """Return a client for a URL; it uses the transport of the click context, if there is one."""
    context = click.get_current_context()
    transport = context.find_object(httpx.BaseTransport)
    return Client(url or port.url(settings.load()), transport=transport, key=context.meta.get(KEY))


def print_job(job: Job, predicate: str, *, as_json: bool) -> None:
    """Print the new state of a job, or its document."""
    if as_json:
        print_json(job.document)
    else:
        click.echo(f"Job {job.id} {predicate}.")


def print_deleted(kind: str, name: str, *, as_json: bool) -> None:
    """Print the name of a deleted resource."""
    if as_json:
        print_json({"deleted": kind, "name": name})
    else:
        click.echo(f"Deleted {kind} {name}.")


def print_json(document: Any) -> None:
    """Print a document to standard output, indented in a terminal."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(document, indent=indent, ensure_ascii=False))
