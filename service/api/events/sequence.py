"""Event sequence of a job, resumable at any event.

Events are not stored. The id of an event counts the sent events of each kind. The next events
follow from the id, the record and the history, also after Redis was flushed.
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

    `snapshot` is the epoch of the last one instead, because the oldest snapshots may be deleted.
    """

    queued: int = 0
    attempts: int = 0
    switches: int = 0
    epochs: int = 0
    warnings: int = 0
    snapshot: int = 0
    ended: int = 0

    def __str__(self) -> str:
        """Return the event id, from which the next event follows."""
        counts = astuple(self)
        return f"{sum(counts)}-{'.'.join(map(str, counts))}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Parse an event id; None if invalid."""
        if not re.fullmatch(ID, text):
            return None
        return cls(*map(int, text.split("-")[1].split(".")))

    def after(self, kind: str, data: dict[str, Any]) -> Cursor:
        """Return the cursor after one more event of a kind."""
        reached = data["epoch"] if kind == "snapshot" else getattr(self, kind) + 1
        return replace(self, **{kind: reached})


@dataclass
class JobProgress:
    """Current state of a job. Lists only grow at their end."""

    job: Job
    moments: tuple[AttemptEvent, ...] = ()
    history: History = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Document of each snapshot, by epoch."""

    @property
    def epochs(self) -> int:
        return max((len(values) for values in self.history.values()), default=0)


def later(actual: JobProgress, cursor: Cursor, most: int) -> Iterator[tuple[Cursor, Event]]:
    """Yield up to about `most` events after `cursor`, each with its cursor."""
    for kind, event in _new_events(actual, cursor, most):
        cursor = cursor.after(kind, event[1])
        yield cursor, event


def _new_events(actual: JobProgress, cursor: Cursor, most: int) -> Iterator[tuple[str, Event]]:
    job = actual.job
    if not cursor.queued:
        yield "queued", ("queued", {"job": job.id, "at": job.created_at})
    for moment in actual.moments:
        if moment.kind == "attempt" and moment.number > cursor.attempts:
            yield "attempts", ("running", {"attempt": moment.number, "at": moment.at})
        if moment.kind == "switch" and moment.number > cursor.switches:
            name = "paused" if moment.number % 2 else "queued"
            yield "switches", (name, {"job": job.id, "at": moment.at})
    last = min(actual.epochs, cursor.epochs + most)
    snapshots = sorted(epoch for epoch in actual.snapshots if epoch > cursor.snapshot)
    for epoch in range(cursor.epochs, last):
        yield from _snapshots(actual, snapshots, epoch)
        row = {name: number(values[epoch]) for name, values in actual.history.items()}
        yield "epochs", ("epoch", {"epoch": epoch + 1, "metrics": row})
    if last < actual.epochs:
        return
    yield from _snapshots(actual, snapshots, inf if job.ended else last)
    for warning in actual.warnings[cursor.warnings :]:
        yield "warnings", ("warning", {"detail": warning})
    if job.ended and not cursor.ended:
        yield "ended", (job.status, _end(job))


def _snapshots(
    actual: JobProgress, new_names: list[int], until: float
) -> Iterator[tuple[str, Event]]:
    """Return the snapshots in `new_names` up to an epoch, and remove them from it."""
    while new_names and new_names[0] <= until:
        yield "snapshot", ("snapshot", actual.snapshots[new_names.pop(0)])


def _end(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "end_reason": job.end_reason,
        "at": job.finished_at,
        "metrics": numbers(job.metrics),
        "error": job.error,
    }


def write(cursor: Cursor, event: Event) -> str:
    """Serialize an event for the stream."""
    name, data = event
    return f"id: {cursor}\nevent: {name}\ndata: {orjson.dumps(data).decode()}\n\n"
