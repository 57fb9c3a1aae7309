"""`trainlet job plot`: pictures of a job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.client.client import Picture
from trainlet.client.download import save

EPOCH_PLOTS = ("points.png", "boundary.png")


@click.command(
    epilog=examples(
        "trainlet job plot $JOB --loss loss.png",
        "trainlet job plot $JOB --boundary out.png --animate out.gif",
        "trainlet job plot $JOB --points - | display",
    )
)
@click.argument("job_id", metavar="ID", shell_complete=job_ids())
@click.option("--loss", metavar="PNG", help="Plot of the loss by epoch.")
@click.option(
    "--points",
    metavar="PNG",
    help="Plot of the samples by class; paler where a prediction is less certain.",
)
@click.option("--boundary", metavar="PNG", help="Plot of the decision boundary.")
@click.option("--animate", metavar="GIF", help="Animation of the boundary over the snapshots.")
@click.option(
    "--epoch", type=int, help="Epoch of the snapshot for points and boundary. [default: the newest]"
)
@json_option
@url_option
def plot(
    job_id: str,
    loss: str | None,
    points: str | None,
    boundary: str | None,
    animate: str | None,
    epoch: int | None,
    url: str | None,
    *,
    as_json: bool,
) -> None:
    """Plot the job ID into files, or - for standard output.

    Points and boundary need a dataset of two columns. The animation needs snapshots, which a spec
    requests by "training": {"record": {"snapshots": 20}}. Exits with status 1 if the API has no
    matplotlib.
    """
    pictures: dict[Picture, str | None] = {
        "loss.png": loss,
        "points.png": points,
        "boundary.png": boundary,
        "boundary.gif": animate,
    }
    targets = {kind: target for kind, target in pictures.items() if target is not None}
    _check(list(targets.values()), as_json=as_json)
    with connect(url) as client:
        for kind, target in targets.items():
            pieces = client.picture(job_id, kind, epoch if kind in EPOCH_PLOTS else None)
            _write(pieces, target)
    if as_json:
        print_json({kind: str(Path(target)) for kind, target in targets.items()})
    elif "-" not in targets.values():
        click.echo("\n".join(targets.values()))


def _check(targets: list[str], *, as_json: bool) -> None:
    if not targets:
        raise click.UsageError("one of --loss, --points, --boundary and --animate is required")
    if "-" in targets:
        if targets.count("-") > 1 or as_json:
            raise click.UsageError("standard output takes a single picture")
        if sys.stdout.isatty():
            raise click.UsageError("standard output must not be a terminal for a picture")


def _write(pieces: Iterator[bytes], target: str) -> None:
    if target == "-":
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    try:
        save(pieces, Path(target), None)
    except OSError as error:
        raise click.FileError(target, error.strerror) from None
