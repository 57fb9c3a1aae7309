"""Kill matrix, process × barrier: every job ends as if undisturbed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime

from tests.durability.barriers import BARRIERS, VICTIMS
from tests.durability.hall import Hall, hall, table
from tests.eventually import eventually
from tests.worker.outcome import weights
from tests.worker.specs import job
from trainlet.errors import ServiceUnavailableError
from trainlet.store import Job

NEVER = {
    "child": ("accepted", "queued", "delivered"),  # there is none yet
    "worker": ("accepted",),  # it has nothing to do with it
    "redis": ("accepted",),  # there is nothing to be forgotten
}
LEASE = 60
"""Longer than a job may wait at its barrier for others, between its claim and its first lease. No
process is frozen or on another machine, so recovery never waits for the expiry of a lease."""

CLAIMED = BARRIERS[BARRIERS.index("claimed") :]
EPOCHS = 5
"""A thousand steps: work for five pieces, however quick the machine is, since the first has one
step and they grow eightfold at the most. The fourth ends within an epoch that is not the first."""

HALLS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (5, ("child", "worker", "api")),
    (5, ("valkey", "redis")),
    (1, ("all",)),
)
"""Number of workers, and the killed role. Groups run in parallel, because most of the time passes
waiting; a kill does not affect the jobs of other groups."""


@dataclass
class Cell:
    """Job with its kill, its group and its result."""

    service: Hall
    job: Job
    seconds: float | None = None
    """Seconds from the kill until the job was queued or claimed again. If no workers ran at the
    kill, the time starts when they do."""

    @property
    def victim(self) -> str:
        return self.job.name.split("-")[0]

    @property
    def barrier(self) -> str:
        return self.job.name.split("-")[1]

    def takes(self, role: str) -> bool:
        """Whether a process of this role was to be killed; at first there are no workers."""
        is_there = role != "worker" or self.barrier not in ("accepted", "queued")
        return self.victim == role or (self.victim == "all" and is_there)

    @property
    def killed_at(self) -> float | None:
        """When its kill landed; None if it did not."""
        with suppress(FileNotFoundError, ValueError):  # or it is just being written down
            return float((self.service.folder / self.job.name).read_text())
        return None

    def look(self, staffed: float, waiting: set[str]) -> None:
        """Check whether the job was recovered after its kill, if that is measured."""
        if self.seconds is not None or self.killed_at is None:
            return
        began = max(staffed, self.killed_at)
        claims = [moment.at for moment in self.service.store.attempts.moments(self.job.id)]
        later = [at for at in map(_seconds, claims) if at >= self.killed_at - 0.001]
        if self.job.id in waiting:
            later.append(time.time())
        if later:
            self.seconds = max(0.0, min(later) - began)

    def check(self, expected: bytes) -> None:
        store = self.service.store
        done = store.jobs.get(self.job.id)
        again = self.victim in ("child", "worker", "all") and self.barrier in CLAIMED
        assert (done.name, done.status, done.error, done.reproducible, done.attempt) == (
            *(self.job.name, "succeeded", None, True),
            2 if again else 1,
        )
        assert weights(store, done).tobytes() == expected, done.name
        assert list(store.models.versions(done.name)) == [1]
        assert len(store.jobs.history(done.id)["loss"]) == EPOCHS


def test_anyone_is_killed_wherever(record_property: Callable[[str, object], None]) -> None:
    with ExitStack() as opened:
        halls = [(opened.enter_context(hall(workers=0, lease=LEASE)), *row) for row in HALLS]
        cells = [cell for service, _, victims in halls for cell in begin(service, victims)]
        undisturbed = submit(halls[0][0], "undisturbed")
        for service, workers, _ in halls:
            for _ in range(workers):
                service.start_worker()
        staffed = time.time()

        def busy() -> list[Hall]:
            for service, *_ in halls:
                look(service, cells, staffed)
            return [service for service, *_ in halls if not service.are_settled()]

        eventually(lambda: not busy(), 120, "all end", 0.05)
        record_property("kill matrix: hits, seconds until queued again or claimed", matrix(cells))
        assert all(cell.killed_at for cell in cells), matrix(cells)
        expected = weights(undisturbed.service.store, undisturbed.job).tobytes()
        for cell in cells:
            cell.check(expected)
        for service, *_ in halls:
            # Each kill must have hit its target.
            own = [cell for cell in cells if cell.service is service]
            for role in ("valkey", "api", "worker"):
                assert service.deaths[role] == sum(cell.takes(role) for cell in own), role
            service.nothing_is_left()


def begin(service: Hall, victims: Iterable[str]) -> list[Cell]:
    """Submit a job a cell, first those that are disturbed before there is a worker."""
    cells = []
    if "worker" in victims:
        # The delivery reaches this process, which never runs it.
        worker = service.start_worker()
        eventually(lambda: service.queue.workers() == 1, what="a worker is idle")
        os.kill(worker.pid, signal.SIGSTOP)
        service.keep()
        cells.append(submit(service, "worker-queued"))
        service.workers.started.remove(worker)
        service.deaths["worker"] += worker.wait(10) == -signal.SIGKILL
    there = [cell.job.name for cell in cells]
    names = [
        f"{victim}-{barrier}"
        for barrier in BARRIERS
        for victim in victims
        if barrier not in NEVER.get(victim, ())
    ]
    return [*cells, *(submit(service, name) for name in names if name not in there)]


def look(service: Hall, cells: Iterable[Cell], staffed: float) -> None:
    """Record which jobs of a group were recovered."""
    waiting: set[str] = set()
    with suppress(ServiceUnavailableError):
        waiting = service.queue.waiting()
    for cell in cells:
        if cell.service is service:
            cell.look(staffed, waiting)


def submit(service: Hall, name: str) -> Cell:
    return Cell(service, service.submit(job(name=name, epochs=EPOCHS), key=name))


def matrix(cells: Iterable[Cell]) -> str:
    rows: list[tuple[object, ...]] = [("killed \\ at", *BARRIERS)]
    for victim in VICTIMS:
        document = {
            cell.barrier: f"{int(cell.killed_at is not None)} {_formatted(cell.seconds)}"
            for cell in cells
            if cell.victim == victim
        }
        rows.append((victim, *(document.get(barrier) for barrier in BARRIERS)))
    return table(rows)


def _formatted(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}"


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
