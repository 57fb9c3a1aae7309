"""Demo command: trains the four circles over HTTP and draws the predictions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from trainlet import presets
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli.demo import picture
from trainlet.client import Client, Job, JobFailedError
from trainlet.client.progress import console as progress
from trainlet.client.progress import show
from trainlet.datasets import FourCircles

Array = NDArray[Any]

JOB = presets.load("four-circles").spec

FRESH = FourCircles(samples=2000, seed=2_000_000_000)
"""Points that are not in the training set, because the seed differs."""

SIDE = 4.0
IMAGE_PIXELS = 256
MAX_DRAWING = 64


@click.command(epilog=examples("trainlet demo --png plane.png"))
@json_option
@url_option
@click.option(
    "--png",
    type=click.Path(dir_okay=False, path_type=Path),
    default="four-circles.png",
    show_default=True,
    help="Picture of the predictions in the plane.",
)
def demo(url: str | None, png: Path, *, as_json: bool) -> None:
    """Train the four circles over HTTP, evaluate new points, and draw the predictions.

    Exits with status 1 unless the accuracy is higher than that of the majority class.
    """
    try:
        with connect(url) as client:
            if as_json:
                run_json(client, png)
            else:
                run(client, Console(), png)
    except OSError as error:
        raise click.ClickException(str(error)) from None


def run(client: Client, console: Console, png: Path) -> None:
    """Train, predict and draw.

    Raises JobFailedError, or ClickException if the accuracy is too low.
    """
    job = _trained(client, console)
    name, version = job.model.name, job.model.version
    accuracy, majority = _evaluate(client, name, version)
    _print(console, f"\n{name} version {version} on {FRESH.samples} new points:")
    _print(console, f"  accuracy       {accuracy:6.1%}\n  majority class {majority:6.1%}\n")
    _draw(client, console, name, version)
    _paint(client, png, name, version)
    _print(console, f"The picture is in {png}. The same with curl:\n\n{curl(client.url, job.id)}")
    _check(accuracy, majority)


def run_json(client: Client, png: Path) -> None:
    """Train, predict and draw, with JSON on standard output and progress on standard error."""
    job = _trained(client, progress())
    name, version = job.model.name, job.model.version
    accuracy, majority = _evaluate(client, name, version)
    _paint(client, png, name, version)
    evaluation = {"points": FRESH.samples, "accuracy": accuracy, "majority": majority}
    print_json({"job": job.document, "fresh": evaluation, "png": str(png)})
    _check(accuracy, majority)


def _trained(client: Client, console: Console) -> Job:
    job = show(console, client.follow(client.submit(JOB).id))
    if job.status != "succeeded":
        raise JobFailedError(job)
    return job


def _check(accuracy: float, majority: float) -> None:
    if accuracy <= majority:
        raise click.ClickException("the accuracy is no higher than that of the majority class")


def curl(url: str, job_id: str) -> str:
    """Return curl commands that do the same; the second shows the job of the demo."""
    header = "-H 'Content-Type: application/json'"
    return (
        f"curl {url}/v1/jobs {header} -d '{_json(JOB)}'\n\n"
        f"curl '{url}/v1/jobs/{job_id}?wait=30'\n\n"
        f"curl {url}/v1/models/{JOB['name']}/predict {header} "
        "-d '{\"points\": [[1.0, 3.0], [2.0, 2.0]]}'"
    )


def _json(value: Any, indent: str = "  ") -> str:
    """Return JSON with one line per layer and per member of an object without a `type`."""
    if isinstance(value, dict) and "type" not in value:
        members = [f'"{name}": {_json(item, indent + "  ")}' for name, item in value.items()]
        return f"{{\n{indent}" + f",\n{indent}".join(members) + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"[\n{indent}" + f",\n{indent}".join(map(json.dumps, value)) + "]"
    return json.dumps(value)


def _evaluate(client: Client, name: str, version: int) -> tuple[float, float]:
    """Return the accuracy on new points, and that of the majority class."""
    table = FRESH.load(lambda _: b"")
    labels = np.array(client.predict(name, table.inputs, version).labels)
    truth = table.targets[:, 0]
    return float(np.mean(labels == truth)), float(max(truth.mean(), 1 - truth.mean()))


def _draw(client: Client, console: Console, name: str, version: int) -> None:
    side = min(console.width, 2 * max(console.height - 4, 8), MAX_DRAWING)
    size = side - side % 2
    plane = _plane(client, name, version, size)
    if console.is_terminal:
        console.print(picture.blocks(picture.colors(plane)))
    else:
        _print(console, picture.letters(plane[::2]) + "\n")


def _paint(client: Client, png: Path, name: str, version: int) -> None:
    png.write_bytes(picture.png(picture.colors(_plane(client, name, version, IMAGE_PIXELS))))


def _plane(client: Client, name: str, version: int, size: int) -> Array:
    points = picture.grid(size, size, SIDE)
    return np.array(client.predict(name, points, version).outputs).reshape(size, size)


def _print(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
