"""`trainlet store`: maintenance of the blob store."""

from __future__ import annotations

import click

from trainlet.cli._group import LazyGroup

PACKAGE = "trainlet.cli.store"


@click.group(
    cls=LazyGroup,
    targets={
        "prune": (f"{PACKAGE}.prune:prune", "Delete old jobs, versions and unreferenced blobs."),
        "reindex": (f"{PACKAGE}.reindex:reindex", "Rebuild the indexes from the records."),
    },
)
def store() -> None:
    """Prune and reindex the blob store.

    The store is the one of the settings in the environment; no API needs to run.
    """
