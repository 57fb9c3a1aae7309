"""Events: what happened to a job, in an order that can be taken up again anywhere.

Nothing is stored for them. The id of an event counts how many of each kind have been told, so
that the record and the history tell what comes next, also after Redis forgot everything.
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
"""What an event's id looks like."""

Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Cursor:
    """How many events of each kind have been told; the next one raises one of the numbers.

    `snapshot` is the epoch of the last one: the oldest may be dropped, so that counting fails.
    """

    queued: int = 0
    attempts: int = 0
    switches: int = 0
    epochs: int = 0
    warnings: int = 0
    snapshot: int = 0
    ended: int = 0

    def __str__(self) -> str:
        """The place in the order, and what the next event follows from."""
        counts = astuple(self)
        return f"{sum(counts)}-{'.'.join(map(str, counts))}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor with this text, or None."""
        if not re.fullmatch(ID, text):
            return None
        return cls(*map(int, text.split("-")[1].split(".")))

    def after(self, kind: str, data: dict[str, Any]) -> Cursor:
        """The cursor once one more event of a kind has been told."""
        reached = data["epoch"] if kind == "snapshot" else getattr(self, kind) + 1
        return replace(self, **{kind: reached})


@dataclass
class JobProgress:
    """All that is known of a job by now. Of each list, what comes later is added at its end."""

    job: Job
    moments: tuple[AttemptEvent, ...] = ()
    history: History = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What is told of each one kept, by epoch."""

    @property
    def epochs(self) -> int:
        return max((len(values) for values in self.history.values()), default=0)


def later(actual: JobProgress, cursor: Cursor, most: int) -> Iterator[tuple[Cursor, Event]]:
    """Up to about `most` events after `cursor`, each with the cursor that it leads to."""
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
    """Those of `new_names` that are of no later epoch, which are taken from it."""
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
    """An event as the stream carries it."""
    name, data = event
    return f"id: {cursor}\nevent: {name}\ndata: {orjson.dumps(data).decode()}\n\n"
