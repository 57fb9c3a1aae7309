"""The service that verbs speak with, and the options that say where it is and how to answer."""

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
    """Add the options that say where the service is, and the key for it, to a verb."""
    url = click.option(
        "--url",
        envvar="TRAINLET_URL",
        help="Where the service is; by default TRAINLET_URL, or where the settings put it.",
    )
    key = click.option(
        "--key",
        envvar="TRAINLET_KEY",
        expose_value=False,
        callback=_remember,
        help="An API key; better said by TRAINLET_KEY, which others on the machine do not see.",
    )
    return url(key(command))


def _remember(context: click.Context, _: click.Parameter, key: str | None) -> None:
    context.meta[KEY] = key


json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def connect(url: str | None) -> Client:
    """The client for a URL; whoever embeds the command may give its context a transport."""
    context = click.get_current_context()
    transport = context.find_object(httpx.BaseTransport)
    return Client(url or port.url(settings.load()), transport=transport, key=context.meta.get(KEY))


def print_documents(job: Job, message: str, *, as_json: bool) -> None:
    """Say what a job was told, or the job as a document."""
    if as_json:
        print_json(job.document)
    else:
        click.echo(f"Job {job.id} {message}.")


def print_json(document: Any) -> None:
    """Write a document to standard output, indented where people look."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(document, indent=indent, ensure_ascii=False))
