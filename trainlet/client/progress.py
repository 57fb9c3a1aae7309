"""Progress of jobs and uploads: a bar in a terminal, lines elsewhere."""

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
"""Lines per job where the output is not a terminal."""


def console() -> Console:
    """Return a console on standard error, because standard output has the results."""
    return Console(stderr=True)


def show(console: Console, jobs: Iterator[Job]) -> Job:
    """Show the progress of a job from its successive states, and return the last one."""
    return _bar(console, jobs) if console.is_terminal else _lines(console, jobs)


def _bar(console: Console, jobs: Iterator[Job]) -> Job:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}")
    losses: list[float] = []
    epoch = 0
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("queued", total=1.0, message="")
        for job in jobs:
            state = job.progress
            loss = job.metrics.get("loss")
            if state and state.epoch > epoch and loss is not None:
                losses.append(loss)
                epoch = state.epoch
            message = f"{_message(job)} {sparkline(losses)}"
            fraction = state.fraction if state else 0
            progress.update(task, description=job.status, completed=fraction, message=message)
    return job


def _lines(console: Console, jobs: Iterator[Job]) -> Job:
    last = -1
    for job in jobs:
        state = job.progress
        tenth = int(state.fraction * LINES) if state else last
        if tenth != last:
            console.print(f"{job.status}: {_message(job)}", highlight=False)
            last = tenth
    return job


def _message(job: Job) -> str:
    state = job.progress
    if state is None:
        return ""
    message = f"epoch {state.epoch}/{state.epochs}"
    loss = job.metrics.get("loss")
    if loss is not None:
        message += f", loss {loss:.4f}"
    if state.seconds_left is not None:
        message += f", {state.seconds_left:.0f} s left"
    return message


@contextmanager
def transfer(console: Console, size: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """Show the progress of an upload; the yielded function receives the bytes so state."""
    if not (shown and console.is_terminal):
        yield lambda count: None
        return
    columns = TextColumn("sending"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("sending", total=size)
        yield lambda count: progress.update(task, completed=count)
