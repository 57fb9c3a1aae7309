"""Sequence of a job's events, resumable after any event.

Events are not stored. The id of an event contains the number of sent events of each kind. The
next events follow from that id, the job's record and its history, even after Redis was flushed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field, replace
from math import inf
from typing import Any

import orjson

from service.http.bodies import number, numbers
from trainlet.store import AttemptEvent, History, Job

ID = r"[0-9]{1,12}-(0|1)(\.[0-9]{1,9}){5}\.(0|1)"
"""Pattern of an event id."""

Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Cursor:
    """Number of sent events of each kind; each event increases one of the numbers.

    `snapshot` is the epoch of the last snapshot instead: old snapshots may be deleted, so their
    number is not stable.
    """

    queued: int = 0
    attempts: int = 0
    switches: int = 0
    epochs: int = 0
    warnings: int = 0
    snapshot: int = 0
    ended: int = 0

    def __str__(self) -> str:
        """Return the id of the last sent event: the sum of all counts, then the counts."""
        counts = astuple(self)
        return f"{sum(counts)}-{'.'.join(map(str, counts))}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Parse an event id; return None if it is invalid."""
        if not re.fullmatch(ID, text):
            return None
        return cls(*map(int, text.split("-")[1].split(".")))

    def after(self, kind: str, data: dict[str, Any]) -> Cursor:
        """Return the cursor after one more event of a kind."""
        count = data["epoch"] if kind == "snapshot" else getattr(self, kind) + 1
        return replace(self, **{kind: count})


@dataclass
class JobProgress:
    """Current progress of a job. Its lists only grow at their end."""

    job: Job
    moments: tuple[AttemptEvent, ...] = ()
    history: History = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    """JSON document of each snapshot, by epoch."""

    @property
    def epochs(self) -> int:
        return max((len(values) for values in self.history.values()), default=0)


def later(progress: JobProgress, cursor: Cursor, limit: int) -> Iterator[tuple[Cursor, Event]]:
    """Yield about `limit` events after `cursor`, each with the cursor after it."""
    for kind, event in _new_events(progress, cursor, limit):
        cursor = cursor.after(kind, event[1])
        yield cursor, event


def _new_events(progress: JobProgress, cursor: Cursor, limit: int) -> Iterator[tuple[str, Event]]:
    job = progress.job
    if not cursor.queued:
        yield "queued", ("queued", {"job": job.id, "at": job.created_at})
    for change in progress.moments:
        if change.kind == "attempt" and change.number > cursor.attempts:
            yield "attempts", ("running", {"attempt": change.number, "at": change.at})
        if change.kind == "switch" and change.number > cursor.switches:
            name = "paused" if change.number % 2 else "queued"
            yield "switches", (name, {"job": job.id, "at": change.at})
    last = min(progress.epochs, cursor.epochs + limit)
    snapshots = sorted(epoch for epoch in progress.snapshots if epoch > cursor.snapshot)
    for epoch in range(cursor.epochs, last):
        yield from _snapshots(progress, snapshots, epoch)
        row = {name: number(values[epoch]) for name, values in progress.history.items()}
        yield "epochs", ("epoch", {"epoch": epoch + 1, "metrics": row})
    if last < progress.epochs:
        return
    yield from _snapshots(progress, snapshots, inf if job.ended else last)
    for warning in progress.warnings[cursor.warnings :]:
        yield "warnings", ("warning", {"detail": warning})
    if job.ended and not cursor.ended:
        yield "ended", (job.status, _end(job))


def _snapshots(
    progress: JobProgress, epochs: list[int], until: float
) -> Iterator[tuple[str, Event]]:
    """Yield the snapshots in `epochs` up to `until`, and remove their epochs from the list."""
    while epochs and epochs[0] <= until:
        yield "snapshot", ("snapshot", progress.snapshots[epochs.pop(0)])


def _end(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "end_reason": job.end_reason,
        "at": job.finished_at,
        "metrics": numbers(job.metrics),
        "error": job.error,
    }


def write(cursor: Cursor, event: Event) -> str:
    """Serialize an event as Server-Sent Events define it."""
    name, data = event
    return f"id: {cursor}\nevent: {name}\ndata: {orjson.dumps(data).decode()}\n\n"
