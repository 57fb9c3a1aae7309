"""The service that verbs speak with, and the options that say where it is and how to answer."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import httpx

from trainlet import settings
from trainlet.client import Client, Job
from trainlet.local import port

url_option = click.option(
    "--url",
    envvar="TRAINLET_URL",
    help="Where the service is; by default TRAINLET_URL, or where the settings put it.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def connect(url: str | None) -> Client:
    """The client for a URL; whoever embeds the command may give its context a transport."""
    transport = click.get_current_context().find_object(httpx.BaseTransport)
    return Client(url or port.url(settings.load()), transport=transport)


def say_told(job: Job, told: str, *, as_json: bool) -> None:
    """Say what a job was told, or the job as a document."""
    if as_json:
        say_json(job.document)
    else:
        click.echo(f"Job {job.id} {told}.")


def say_json(document: Any) -> None:
    """Write a document to standard output, indented where people look."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(document, indent=indent, ensure_ascii=False))
