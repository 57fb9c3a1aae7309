"""`trainlet reindex`: make the indexes of the blob store anew, in a process of its own."""

from __future__ import annotations

import click

from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run


@click.command(epilog="Example: TRAINLET_DATA_DIR=data trainlet reindex")
@json_option
def reindex(*, as_json: bool) -> None:
    """Rebuild the indexes of the blob store from its records.

    The store is the one that the settings in the environment say. It may be done at any time.
    Ends with 1 if a record is broken; which one is told.
    """
    done = run("reindex")
    if as_json:
        print_json(done)
    else:
        click.echo(f"{done['jobs']} jobs indexed")
    for job in done["damaged"]:
        click.echo(f"job {job} has a broken record", err=True)
    if done["damaged"]:
        click.get_current_context().exit(1)
