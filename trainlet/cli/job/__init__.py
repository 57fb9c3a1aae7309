"""`trainlet job`: jobs of the API."""

from __future__ import annotations

import click

from trainlet.cli._group import LazyGroup

PACKAGE = "trainlet.cli.job"


@click.group(
    cls=LazyGroup,
    targets={
        "list": (f"{PACKAGE}.list:list_jobs", "List jobs, newest first."),
        "show": (f"{PACKAGE}.show:show", "Show a job, or wait until it finishes."),
        "events": (f"{PACKAGE}.events:events", "Follow the events of a job."),
        "plot": (f"{PACKAGE}.plot:plot", "Plot the loss, the points or the decision boundary."),
        "cancel": (f"{PACKAGE}.cancel:cancel", "Cancel a job."),
        "pause": (f"{PACKAGE}.pause:pause", "Pause a job until it is resumed."),
        "resume": (f"{PACKAGE}.resume:resume", "Resume a paused job."),
        "fork": (f"{PACKAGE}.fork:fork", "Train a new job from a snapshot of another."),
        "delete": (f"{PACKAGE}.delete:delete", "Delete the record of a finished job."),
    },
)
def job() -> None:
    """List, show, plot, fork and control jobs."""
