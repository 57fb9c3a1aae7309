"""Shell completion of job ids, model names and preset names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TypeVar

import click
import httpx
from click.shell_completion import CompletionItem

from trainlet import presets, settings
from trainlet.cli._service import KEY
from trainlet.cli._text import title
from trainlet.client import Client
from trainlet.errors import TrainletError
from trainlet.local import port

MAX_ITEMS = 100
TIMEOUT_SECONDS = 1.0
"""Time limit of a request; after it nothing is completed."""

STATUSES = frozenset({"queued", "running", "paused", "succeeded", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "running", "paused"})
PAUSED = frozenset({"paused"})
FINISHED = STATUSES - ACTIVE

Item = TypeVar("Item")
Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def job_ids(statuses: frozenset[str] = STATUSES) -> Completer:
    """Return a completer for the ids of the newest jobs with one of these statuses."""

    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(job.id, help=title(job))
            for job in _completions(context, lambda client: client.jobs())
            if job.id.startswith(incomplete) and job.status in statuses
        ]

    return complete


def model_names(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of the newest models."""
    return [
        CompletionItem(model.name, help=f"version {model.version}, {model.task}")
        for model in _completions(context, lambda client: client.models())
        if model.name.startswith(incomplete)
    ]


def preset_names(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of presets, which are part of the package."""
    return [CompletionItem(name) for name in presets.names() if name.startswith(incomplete)]


def _completions(context: click.Context, request: Callable[[Client], Iterator[Item]]) -> list[Item]:
    """Return the first entries of a list; none if the API is unreachable, slow, or rejects it."""
    with suppress(TrainletError):
        url = context.params.get("url") or port.url(settings.load())
        transport = context.find_object(httpx.BaseTransport)
        with Client(url, TIMEOUT_SECONDS, transport, context.meta.get(KEY)) as client:
            return list(islice(request(client), MAX_ITEMS))
    return []
