"""The command: trains the four circles over HTTP and shows what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from trainlet import settings
from trainlet.cli.demo import picture, progress
from trainlet.cli.demo.job import JOB
from trainlet.client import Client
from trainlet.datasets import FourCircles
from trainlet.errors import Unavailable
from trainlet.local import port

Array = NDArray[Any]

FRESH = FourCircles(samples=2000, seed=2_000_000_000)
"""Points that the training, whose seed is another, never saw."""

SIDE = 4.0
IMAGE_PIXELS = 256
LARGEST_DRAWING = 64
POINTS_A_REQUEST = 10_000


@click.command()
@click.option("--url", help="Where the service is; by default where the settings put it.")
@click.option(
    "--png",
    type=click.Path(dir_okay=False, path_type=Path),
    default="four-circles.png",
    show_default=True,
    help="File for the picture of the plane.",
)
def demo(url: str | None, png: Path) -> None:
    """Train the four circles over HTTP, predict fresh points, draw the plane."""
    try:
        with Client(url or port.url(settings.load())) as client:
            run(client, Console(), png)
    except Unavailable as error:
        raise click.ClickException(f"{error}\nStart a service with: scripts/up") from None
    except OSError as error:
        raise click.ClickException(str(error)) from None


def run(client: Client, console: Console, png: Path) -> None:
    """Train, predict and draw. Raises click's error if the job or the network fails."""
    job = progress.show(console, client.follow(client.submit(JOB)["id"]))
    if job["status"] != "succeeded":
        reason = (job["error"] or {}).get("detail", job["end_reason"])
        raise click.ClickException(f"job {job['id']} has {job['status']}: {reason}")
    name, version = job["model"]["name"], job["model"]["version"]
    accuracy, majority = _judge(client, name, version)
    _say(console, f"\nModel {name}, version {version}, on {FRESH.samples} fresh points:")
    _say(console, f"  accuracy       {accuracy:6.1%}\n  majority class {majority:6.1%}\n")
    _draw(client, console, name, version)
    png.write_bytes(picture.png(picture.colours(_plane(client, name, version, IMAGE_PIXELS))))
    _say(console, f"The plane is in {png}. The same with curl:\n\n{curl(client.url, job['id'])}")
    if accuracy <= majority:
        raise click.ClickException("the network has learned no more than the majority class")


def curl(url: str, job_id: str) -> str:
    """The calls that do the same, for a shell; the second asks for the demo's own job."""
    header = "-H 'Content-Type: application/json'"
    return (
        f"curl {url}/v1/jobs {header} -d '{_written(JOB)}'\n\n"
        f"curl '{url}/v1/jobs/{job_id}?wait=30'\n\n"
        f"curl {url}/v1/models/{JOB['name']}/predict {header} "
        "-d '{\"points\": [[1.0, 3.0], [2.0, 2.0]]}'"
    )


def _written(value: Any, indent: str = "  ") -> str:
    """JSON with a line for each layer and for each member of what has no `type`."""
    if isinstance(value, dict) and "type" not in value:
        members = [f'"{name}": {_written(item, indent + "  ")}' for name, item in value.items()]
        return f"{{\n{indent}" + f",\n{indent}".join(members) + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"[\n{indent}" + f",\n{indent}".join(map(json.dumps, value)) + "]"
    return json.dumps(value)


def _judge(client: Client, name: str, version: int) -> tuple[float, float]:
    """The share of fresh points that the model labels rightly, and that of the larger class."""
    table = FRESH.load(lambda _: b"")
    labels = _ask(client, name, version, table.inputs, "labels")
    truth = table.targets[:, 0]
    return float(np.mean(labels == truth)), float(max(truth.mean(), 1 - truth.mean()))


def _draw(client: Client, console: Console, name: str, version: int) -> None:
    room = min(console.width, 2 * max(console.height - 4, 8), LARGEST_DRAWING)
    size = room - room % 2
    plane = _plane(client, name, version, size)
    if console.is_terminal:
        console.print(picture.blocks(picture.colours(plane)))
    else:
        _say(console, picture.letters(plane[::2]) + "\n")


def _plane(client: Client, name: str, version: int, size: int) -> Array:
    points = picture.grid(size, size, SIDE)
    return _ask(client, name, version, points, "outputs").reshape(size, size)


def _ask(client: Client, name: str, version: int, points: Array, what: str) -> Array:
    answers: Iterable[Any] = (
        client.predict(name, block.tolist(), version)[what]
        for block in np.array_split(points, -(-len(points) // POINTS_A_REQUEST))
    )
    return np.concatenate([np.array(answer) for answer in answers])


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
