"""The soak: kills at random while jobs come and go. `scripts/test --soak` takes 200 of them."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

import pytest

from tests.durability.hall import Hall, hall, table
from tests.eventually import eventually
from tests.worker.outcome import weights
from tests.worker.processes import children
from tests.worker.specs import job
from trainlet.errors import Unavailable
from trainlet.queue import connect
from trainlet.store import Job

SECONDS = 12
KILLS = 200
KINDS = ("child", "worker", "term", "freeze", "valkey", "redis")
LEASE = 2


class Soak:
    """Jobs of one spec, several at a time, and what is done to them."""

    def __init__(self, house: Hall, chance: random.Random) -> None:
        self._house = house
        self._chance = chance
        self.jobs: list[Job] = []
        self.times: dict[str, list[float]] = {kind: [] for kind in KINDS}

    @property
    def kills(self) -> int:
        return sum(map(len, self.times.values()))

    def go_on(self) -> None:
        """Have some jobs at work, disturb one of them, and wait until it is at work again."""
        self._house.keep()
        while len(self._house.store.attempts.unsettled()) < 4:
            self._submit()
        found = self._moving()
        if found is None:
            return
        kind = self._chance.choice(KINDS)
        worker, child, at_work = found
        began = time.monotonic()
        self._disturb(kind, worker, child)
        if kind in ("valkey", "redis"):
            self._house.keep()
            eventually(lambda: self._heard_of(at_work), 30, f"job {at_work.id} is heard of")
        else:
            eventually(lambda: self._taken_up(at_work), 30, f"job {at_work.id} after {kind}")
        self.times[kind].append(time.monotonic() - began)
        if kind == "freeze":
            for process in (worker, child):
                os.kill(process, signal.SIGCONT)

    def _submit(self) -> None:
        accepted = self._house.store.jobs.accept(job(epochs=150))
        self.jobs.append(accepted)
        with suppress(Unavailable):  # as the service does: it is found later
            self._house.queue.submit(accepted.id)

    def _moving(self) -> tuple[int, int, Job] | None:
        """A worker with a child whose job has moved on since this attempt began."""
        store = self._house.store
        for process in self._house.workers.started:
            for child in children(process.pid):
                for job_id in store.attempts.unsettled():
                    at_work = store.jobs.get(job_id)
                    if at_work.status != "running":
                        continue
                    start = store.attempts.start(job_id, at_work.attempt)
                    newest = store.checkpoints.newest(job_id) or 0
                    if start.process == child and newest > start.step:
                        return process.pid, child, at_work
        return None

    def _disturb(self, kind: str, worker: int, child: int) -> None:
        if kind == "child":
            os.kill(child, signal.SIGKILL)
        elif kind == "worker":
            os.kill(worker, signal.SIGKILL)
        elif kind == "term":
            os.kill(worker, signal.SIGTERM)
        elif kind == "freeze":
            os.kill(worker, signal.SIGSTOP)
            os.kill(child, signal.SIGSTOP)
        elif kind == "valkey":
            os.kill(self._house.valkey.process, signal.SIGKILL)
        else:
            connect(self._house.valkey.url, 10).flushall()

    def _taken_up(self, before: Job) -> bool:
        self._house.keep()
        now = self._house.store.jobs.get(before.id)
        return now.attempt > before.attempt or now.ended

    def _heard_of(self, before: Job) -> bool:
        self._house.keep()
        now = self._house.store.jobs.get(before.id)
        with suppress(Unavailable):
            return now.ended or self._house.queue.progress(before.id) is not None
        return False


def test_no_job_is_lost(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> None:
    seed = int(time.time())
    thorough = request.config.getoption("--soak")
    with hall(workers=2, lease=LEASE) as house:
        soak = Soak(house, random.Random(seed))
        deadline = time.monotonic() + (3600 if thorough else SECONDS)
        while time.monotonic() < deadline and soak.kills < KILLS:
            soak.go_on()
        house.all_end(soak.jobs, 120)
        rows: list[tuple[object, ...]] = [("what", "times", "median s", "longest s")]
        for kind, times in soak.times.items():
            middle, longest = (round(f(times), 2) if times else None for f in (median, max))
            rows.append((kind, len(times), middle, longest))
        record_property(f"soak, seed {seed}: {len(soak.jobs)} jobs, until taken up", table(rows))
        ends = [house.store.jobs.get(each.id) for each in soak.jobs]
        assert {(each.status, each.reproducible) for each in ends} == {("succeeded", True)}
        assert sorted(each.version for each in ends) == list(range(1, len(ends) + 1))
        assert len({weights(house.store, each).tobytes() for each in ends}) == 1
        assert soak.kills
        house.nothing_is_left()
