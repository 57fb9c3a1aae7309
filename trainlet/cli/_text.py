"""Plain-text formatting of tables, metrics and jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainlet.client import Job

EARLY = ("early_stopped", "target", "max_seconds")
"""End reasons that are shown beside the status."""


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def metrics_line(metrics: Mapping[str, float | None]) -> str:
    """Return metrics in one line."""
    return "  ".join(f"{name} {number(value)}" for name, value in metrics.items())


def number(value: float | None) -> str:
    """Return a metric with four significant digits."""
    return "-" if value is None else f"{value:.4g}"


def epochs_of(job: Job) -> str:
    """Return the finished and total epochs of a job."""
    return "?" if job.progress is None else f"{job.progress.epoch}/{job.progress.epochs}"


def title(job: Job) -> str:
    """Return the model, version and status of a job, and the epochs of a finished one."""
    text = f"{job.model.name} version {job.model.version}: {job.status}"
    if job.end_reason and job.progress:
        epochs = job.progress.epoch
        text += f" after {epochs} epoch{'s' * (epochs != 1)}"
    return f"{text} ({job.end_reason})" if job.end_reason in EARLY else text
