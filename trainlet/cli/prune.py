"""`trainlet prune`: remove what is not needed any more from the blob store."""

from __future__ import annotations

import click

from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run

NOUNS = {
    "jobs": "ended jobs; their models stay",
    "versions": "versions of models",
    "folders": "checkpoints and snapshots of jobs that are gone",
    "datasets": "samples and files that no job or dataset names",
}


@click.command(epilog="Example: trainlet prune --days 90 --versions 10 --dry-run")
@click.option("--days", type=click.FloatRange(min=0), help="Remove jobs that ended before so long.")
@click.option(
    "--versions",
    type=click.IntRange(min=1),
    help="Of each model, keep so many of the newest, and those under an alias.",
)
@click.option("--dry-run", is_flag=True, help="Only tell how many there are.")
@json_option
def prune(days: float | None, versions: int | None, *, dry_run: bool, as_json: bool) -> None:
    """Remove old jobs and versions, and whatever nothing refers to.

    The store is the one that the settings in the environment say. It may be done at any time.
    """
    done = run("prune", days=days, versions=versions, dry_run=dry_run)
    if as_json:
        print_json(done)
        return
    for kind, count in done.items():
        click.echo(f"{count:6} {NOUNS[kind]}")
    if dry_run:
        click.echo("Nothing was removed.", err=True)
