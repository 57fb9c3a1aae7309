"""`trainlet store prune`: retention in the blob store."""

from __future__ import annotations

import click

from trainlet.cli._group import examples
from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run

NOUNS = {
    "jobs": "finished jobs; their models are kept",
    "versions": "versions of models",
    "folders": "folders of checkpoints and snapshots without a job",
    "datasets": "samples and files without a job or dataset",
}


@click.command(epilog=examples("trainlet store prune --days 90 --versions 10 --dry-run"))
@click.option(
    "--days", type=click.FloatRange(min=0), help="Age in days from which finished jobs are deleted."
)
@click.option(
    "--versions",
    type=click.IntRange(min=1),
    help="Newest versions to keep of each model, beside those with an alias.",
)
@click.option("--dry-run", is_flag=True, help="Print the counts without deleting anything.")
@json_option
def prune(days: float | None, versions: int | None, *, dry_run: bool, as_json: bool) -> None:
    """Delete old jobs, old versions, and blobs that no record refers to.

    The store is the one of the settings in the environment. It may be in use.
    """
    counts = run("prune", days=days, versions=versions, dry_run=dry_run)
    if as_json:
        print_json(counts)
        return
    for kind, count in counts.items():
        click.echo(f"{count:6} {NOUNS[kind]}")
    if dry_run:
        click.echo("Nothing was deleted.", err=True)
