"""Clock jumps affect neither training nor stored records."""

from __future__ import annotations

import itertools
import time

import pytest

from tests.worker.here import work
from tests.worker.specs import job
from trainlet.config import to_json
from trainlet.store import Store

DAY = 86_400.0


def test_a_job_ends_as_ever_while_the_clock_jumps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = work(store, to_json(job()))
    now, jumps = time.time, itertools.cycle((0.0, DAY, -DAY, 400 * DAY))
    monkeypatch.setattr("time.time", lambda: now() + next(jumps))
    monkeypatch.setattr("time.time_ns", lambda: int((now() + next(jumps)) * 1e9))
    accepted = store.jobs.accept(job())
    for _ in range(4):
        store.retention.sweep(10_000, 10_000)
    after = work(store, to_json(job()))
    assert store.jobs.get(accepted.id).status == "queued"
    assert after.status == "succeeded"
    versions = (store.models.load("circles", each.version) for each in (before, after))
    one, other = (each.parameters.tobytes() for each in versions)
    assert one == other
    assert [store.models.newest("circles") for _ in range(4)] == [after.version] * 4
