"""Soak test with random kills while jobs run. `scripts/test --soak` performs 200 of them."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import pytest
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from tests.durability.hall import Hall, hall, table
from tests.eventually import eventually
from tests.worker import dawdling
from tests.worker.outcome import weights
from tests.worker.processes import children
from tests.worker.specs import job
from trainlet.errors import NotFoundError, ServiceUnavailableError
from trainlet.queue import connect
from trainlet.store import Job

SECONDS = 30
KILLS = 200
KINDS = ("child", "worker", "term", "freeze", "api", "valkey", "redis", "all")
TAKEN_OVER = ("child", "worker", "term", "freeze", "all")
LEASE = 2
WORKERS = 4
JOBS = 3
"""Fewer jobs than workers, so that recovery does not wait for a free worker."""

EPOCHS = 10
PAUSE = 0.05
"""Seconds from one look at all jobs to the next."""


@dataclass(frozen=True)
class Victim:
    """A worker, its child, and the job that they work on: it has moved on since they began."""

    worker: int
    child: int
    job: Job


@dataclass(frozen=True)
class Disturbance:
    """Disturbance: its kind, time and target. A job counts again once it has recovered."""

    kind: str
    began: float
    victim: Victim | None


class Soak:
    """Several concurrent jobs of one spec, and their disturbances."""

    def __init__(self, service: Hall, chance: random.Random) -> None:
        self._service = service
        self._chance = chance
        self._bag: list[str] = []
        self._under_way: list[Disturbance] = []
        self.jobs: list[Job] = []
        self.times: dict[str, list[float]] = {kind: [] for kind in KINDS}

    @property
    def kills(self) -> int:
        return sum(map(len, self.times.values()))

    def goes_on(self, seconds: float) -> bool:
        """Whether a short soak is not yet over after so many seconds."""
        return seconds < SECONDS or not all(self.times.values())

    def go_on(self) -> None:
        """Start jobs, disturb one of them, and record which have recovered."""
        while len(self._service.store.attempts.unsettled()) < JOBS:
            key = f"submission-{len(self.jobs)}"
            self.jobs.append(self._service.submit(job(epochs=EPOCHS), key))
        self.look()
        if not self._bag:
            # Each kind as often as any other, in an order of chance.
            self._bag = self._chance.sample(KINDS, len(KINDS))
        if self._may(self._bag[-1]) and self._disturb(self._bag[-1]):
            self._bag.pop()

    def look(self) -> bool:
        """Record which jobs have recovered; return whether all have."""
        self._service.keep()
        for each in list(self._under_way):
            if self._is_over(each):
                self._under_way.remove(each)
                self.times[each.kind].append(time.monotonic() - each.began)
                if each.kind == "freeze" and each.victim is not None:
                    _signal(signal.SIGCONT, each.victim.worker, each.victim.child)
        return not self._under_way

    def _may(self, kind: str) -> bool:
        """Disturb one job at a time, except while a worker is frozen, which takes long."""
        kinds = {each.kind for each in self._under_way}
        return not kinds or (kinds == {"freeze"} and kind not in ("freeze", "all"))

    def _disturb(self, kind: str) -> bool:
        """Perform a disturbance; return whether it hit its target."""
        victims = self._at_work()
        busy = {each.victim.worker for each in self._under_way if each.victim}
        free = [victim for victim in victims if victim.worker not in busy]
        if not free or (kind == "all" and len(free) < JOBS):
            return False
        victim = self._chance.choice(free) if kind in TAKEN_OVER else None
        if victim is not None and not self._holds(victim):
            return False
        self._under_way.append(Disturbance(kind, time.monotonic(), victim))
        valkey, api = self._service.valkey.process, self._service.api.pid
        if kind == "redis":
            connect(self._service.valkey.url, Retry(ConstantBackoff(1), 10)).flushall()
        elif victim is None:
            _signal(signal.SIGKILL, valkey if kind == "valkey" else api)
        elif kind == "all":
            workers = [process.pid for process in self._service.workers.started]
            _signal(signal.SIGKILL, valkey, api, *workers)
        elif kind == "freeze":
            _signal(signal.SIGSTOP, victim.worker)
        else:
            number = signal.SIGTERM if kind == "term" else signal.SIGKILL
            _signal(number, victim.child if kind == "child" else victim.worker)
            _signal(signal.SIGCONT, victim.child)
        return True

    def _holds(self, victim: Victim) -> bool:
        """Hold a child, and see whether it is still at work: so a kill does hit it."""
        _signal(signal.SIGSTOP, victim.child)
        if victim.job.id in {each.job.id for each in self._at_work()}:
            return True
        _signal(signal.SIGCONT, victim.child)
        return False

    def _at_work(self) -> list[Victim]:
        """Return the jobs that have progressed since this attempt began."""
        store = self._service.store
        at_work = {
            store.attempts.start(each.id, each.attempt).process: each
            for job_id in store.attempts.unsettled()
            if (each := store.jobs.get(job_id)).status == "running"
        }
        return [
            Victim(process.pid, child, at_work[child])
            for process in self._service.workers.started
            for child in children(process.pid)
            if child in at_work and self._has_moved_on(at_work[child])
        ]

    def _has_moved_on(self, at_work: Job) -> bool:
        store = self._service.store
        start = store.attempts.start(at_work.id, at_work.attempt)
        return (store.checkpoints.newest(at_work.id) or 0) > start.step

    def _is_over(self, disturbance: Disturbance) -> bool:
        if disturbance.victim is not None:
            before = disturbance.victim.job
            now = self._service.store.jobs.get(before.id)
            # A worker that was stopped may have been about to exit, so another one is stopped too.
            if now.ended and now.attempt == before.attempt and disturbance.kind == "term":
                self._do_again(disturbance)
            return now.attempt > before.attempt
        with suppress(ServiceUnavailableError, OSError, NotFoundError):
            if disturbance.kind == "api":
                return self._service.ask("GET", "/readyz")[0] == 200
            if not self._service.store.attempts.unsettled():
                self._do_again(disturbance)  # all jobs ended before they reported progress
            running = [each.job.id for each in self._at_work()]
            return any(self._service.queue.progress(each) is not None for each in running)
        return False

    def _do_again(self, disturbance: Disturbance) -> None:
        self._under_way.remove(disturbance)
        self._bag.append(disturbance.kind)


def _signal(number: signal.Signals, *processes: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def test_no_job_is_lost(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> None:
    seed = int(time.time())
    thorough = request.config.getoption("--soak")
    with hall(workers=WORKERS, lease=LEASE, worker=dawdling.main) as service:
        soak = Soak(service, random.Random(seed))
        began = time.monotonic()

        def over() -> bool:
            soak.go_on()
            goes_on = soak.goes_on(time.monotonic() - began)
            return soak.kills >= KILLS if thorough else not goes_on

        eventually(over, 3600, "enough kills", PAUSE)
        eventually(soak.look, 60, "everyone has got over it", PAUSE)
        eventually(service.are_settled, 120, "all jobs end", 0.05)
        rows: list[tuple[object, ...]] = [("what", "times", "median s", "longest s")]
        for kind, times in soak.times.items():
            middle, longest = (round(f(times), 2) if times else None for f in (median, max))
            rows.append((kind, len(times), middle, longest))
        record_property(f"soak, seed {seed}: {len(soak.jobs)} jobs, until taken up", table(rows))
        ends = [service.store.jobs.get(each.id) for each in soak.jobs]
        assert {(each.status, each.reproducible) for each in ends} == {("succeeded", True)}
        assert sorted(each.version for each in ends) == list(range(1, len(ends) + 1))
        assert len({weights(service.store, each).tobytes() for each in ends}) == 1
        assert all(soak.times.values()), table(rows)
        service.nothing_is_left()
