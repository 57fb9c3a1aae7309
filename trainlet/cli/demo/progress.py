"""Progress of a job: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

Document = dict[str, Any]

LINES = 10
"""Where there is no bar, so many lines tell of a whole job."""


def show(console: Console, jobs: Iterator[Document]) -> Document:
    """Show how a job proceeds through `jobs`, its states; hand out the last one."""
    return _bar(console, jobs) if console.is_terminal else _lines(console, jobs)


def _bar(console: Console, jobs: Iterator[Document]) -> Document:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}")
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("queued", total=1.0, told="")
        for job in jobs:
            far = job["progress"] or {"fraction": 0}
            progress.update(
                task, description=job["status"], completed=far["fraction"], told=_told(job)
            )
    return job


def _lines(console: Console, jobs: Iterator[Document]) -> Document:
    last = -1
    for job in jobs:
        far = job["progress"]
        tenth = int(far["fraction"] * LINES) if far else last
        if tenth != last:
            console.print(f"{job['status']}: {_told(job)}", highlight=False)
            last = tenth
    return job


def _told(job: Document) -> str:
    far = job["progress"]
    if far is None:
        return ""
    told = f"epoch {far['epoch']}/{far['epochs']}"
    loss, left = far["metrics"].get("loss"), far["seconds_left"]
    if isinstance(loss, (int, float)):
        told += f", loss {loss:.4f}"
    if left is not None:
        told += f", {left:.0f} s left"
    return told
