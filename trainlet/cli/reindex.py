"""`trainlet reindex`: make the indexes of the blob store anew, in a process of its own."""

from __future__ import annotations

import click

from trainlet.cli._store import ask


@click.command
def reindex() -> None:
    """Rebuild the indexes of the blob store from its records.

    The store is the one that the settings in the environment say. It may be done at any time.
    """
    done = ask("reindex")
    click.echo(f"{done['jobs']} jobs indexed")
    for job in done["damaged"]:
        click.echo(f"job {job} has a broken record", err=True)
    if done["damaged"]:
        click.get_current_context().exit(1)
