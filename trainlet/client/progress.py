"""Progress of a job: a bar with the loss and its curve in a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TransferSpeedColumn,
)

from trainlet.client.curve import sparkline
from trainlet.client.results import Job

LINES = 10
"""Where there is no bar, so many lines tell of a whole job."""


def console() -> Console:
    """Standard error, so that standard output is for results."""
    return Console(stderr=True)


def show(console: Console, jobs: Iterator[Job]) -> Job:
    """Show how a job proceeds through `jobs`, its states; hand out the last one."""
    return _bar(console, jobs) if console.is_terminal else _lines(console, jobs)


def _bar(console: Console, jobs: Iterator[Job]) -> Job:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}")
    losses: list[float] = []
    epoch = 0
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("queued", total=1.0, message="")
        for job in jobs:
            far = job.progress
            loss = job.metrics.get("loss")
            if far and far.epoch > epoch and loss is not None:
                losses.append(loss)
                epoch = far.epoch
            message = f"{_message(job)} {sparkline(losses)}"
            fraction = far.fraction if far else 0
            progress.update(task, description=job.status, completed=fraction, message=message)
    return job


def _lines(console: Console, jobs: Iterator[Job]) -> Job:
    last = -1
    for job in jobs:
        far = job.progress
        tenth = int(far.fraction * LINES) if far else last
        if tenth != last:
            console.print(f"{job.status}: {_message(job)}", highlight=False)
            last = tenth
    return job


def _message(job: Job) -> str:
    far = job.progress
    if far is None:
        return ""
    message = f"epoch {far.epoch}/{far.epochs}"
    loss = job.metrics.get("loss")
    if loss is not None:
        message += f", loss {loss:.4f}"
    if far.seconds_left is not None:
        message += f", {far.seconds_left:.0f} s left"
    return message


@contextmanager
def transfer(console: Console, size: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """Show how much of a file is sent; what is handed out is told the bytes so far."""
    if not (shown and console.is_terminal):
        yield lambda count: None
        return
    columns = TextColumn("sending"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("sending", total=size)
        yield lambda count: progress.update(task, completed=count)
