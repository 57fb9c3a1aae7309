"""`trainlet plot`: pictures of a job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.client.client import Picture
from trainlet.client.download import save

EPOCH_PLOTS = ("points.png", "boundary.png")


@click.command(
    epilog="Examples: trainlet plot $JOB --loss loss.png; trainlet plot $JOB --boundary out.png "
    "--animate out.gif; trainlet plot $JOB --points - | display"
)
@click.argument("job_id", metavar="JOB", shell_complete=job_ids())
@click.option("--loss", metavar="PNG", help="The loss over the epochs.")
@click.option(
    "--points",
    metavar="PNG",
    help="Training samples by class, and those held out by answer, the paler the less sure.",
)
@click.option("--boundary", metavar="PNG", help="What is answered everywhere in the plane.")
@click.option("--animate", metavar="GIF", help="The same over the epochs whose state is kept.")
@click.option("--epoch", type=int, help="Points and boundary as of this epoch, which must be kept.")
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
    """Draw the job JOB, as it is or as it was after an epoch, into files, or - for standard output.

    Points and boundary need data of two columns; the animation needs snapshots, which a spec asks
    for: "training": {"record": {"snapshots": 20}}. A service without matplotlib ends it with 1.
    """
    pictures: dict[Picture, str | None] = {
        "loss.png": loss,
        "points.png": points,
        "boundary.png": boundary,
        "boundary.gif": animate,
    }
    wanted = {kind: target for kind, target in pictures.items() if target is not None}
    _check(list(wanted.values()), as_json=as_json)
    with connect(url) as client:
        for kind, target in wanted.items():
            pieces = client.picture(job_id, kind, epoch if kind in EPOCH_PLOTS else None)
            _write(pieces, target)
    if as_json:
        print_json({kind: str(Path(target)) for kind, target in wanted.items()})
    elif "-" not in wanted.values():
        click.echo("\n".join(wanted.values()))


def _check(targets: list[str], *, as_json: bool) -> None:
    if not targets:
        raise click.UsageError("name a picture: --loss, --points, --boundary or --animate")
    if "-" in targets:
        if targets.count("-") > 1 or as_json:
            raise click.UsageError("standard output has room for one picture alone")
        if sys.stdout.isatty():
            raise click.UsageError("standard output is a terminal, and a picture is no text")


def _write(pieces: Iterator[bytes], target: str) -> None:
    if target == "-":
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    try:
        save(pieces, Path(target), None)
    except OSError as error:
        raise click.FileError(target, error.strerror) from None
