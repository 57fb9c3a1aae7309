"""`trainlet store reindex`: reconstruction of the indexes of the blob store."""

from __future__ import annotations

import click

from trainlet.cli._group import examples
from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run


@click.command(epilog=examples("TRAINLET_DATA_DIR=data trainlet store reindex"))
@json_option
def reindex(*, as_json: bool) -> None:
    """Rebuild the indexes of the blob store from its records.

    The store is the one of the settings in the environment. It may be in use. Exits with status 1
    if a record is damaged, and prints its job.
    """
    counts = run("reindex")
    if as_json:
        print_json(counts)
    else:
        click.echo(f"{counts['jobs']} jobs indexed")
    for job in counts["damaged"]:
        click.echo(f"the record of job {job} is damaged", err=True)
    if counts["damaged"]:
        click.get_current_context().exit(1)
