from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.worker.specs import job
from trainlet.errors import Unavailable
from trainlet.queue import Queue
from trainlet.store import End, Store
from worker import suspicion
from worker.reconciler import Reconciler


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(suspicion, "time", clock)
    return clock  # type: ignore[return-value]


@pytest.fixture
def reconciler(store: Store, queue: Queue) -> Reconciler:
    return Reconciler(store, queue)


def look(reconciler: Reconciler, clock: Clock, seconds: int) -> None:
    """Look each second for some time."""
    for _ in range(seconds):
        reconciler.look()
        clock.now += 1


def test_a_job_that_is_nowhere_is_delivered_after_a_grace(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    look(reconciler, clock, 3)
    assert queue.waiting() == set()
    look(reconciler, clock, 1)
    assert queue.position(accepted.id) == 1


def test_it_is_delivered_once(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    store.jobs.accept(job())
    look(reconciler, clock, 10)
    other = store.jobs.accept(job())
    queue.submit(other.id)
    assert queue.position(other.id) == 2


def test_what_is_lost_again_is_delivered_after_another_grace(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    look(reconciler, clock, 4)
    queue.withdraw(accepted.id)  # taken by one who could not begin
    look(reconciler, clock, 3)
    assert queue.waiting() == set()
    look(reconciler, clock, 1)
    assert queue.position(accepted.id) == 1


def test_after_a_long_absence_suspicion_starts_anew(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    store.jobs.accept(job())
    look(reconciler, clock, 3)
    clock.now += 60
    look(reconciler, clock, 3)
    assert queue.waiting() == set()


def test_after_a_look_that_failed_suspicion_starts_anew(
    store: Store,
    queue: Queue,
    reconciler: Reconciler,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accepted = store.jobs.accept(job())
    lock = store.attempts.claim(accepted.id, 1, 0, "other")
    look(reconciler, clock, 2)  # Redis forgot its lease
    with monkeypatch.context() as away:

        def fail(jobs: object) -> None:
            raise Unavailable("Redis is away")

        away.setattr(queue, "holders", fail)
        with pytest.raises(Unavailable):
            reconciler.look()
    clock.now += 1
    look(reconciler, clock, 2)  # who trains has not yet taken it anew
    assert queue.waiting() == set()
    queue.hold(accepted.id, 1, 60)
    look(reconciler, clock, 10)
    assert queue.waiting() == set()
    assert lock is not None
    os.close(lock)


def test_a_held_job_is_left_alone(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    lock = store.attempts.claim(accepted.id, 1, 0, "other")
    queue.hold(accepted.id, 1, 60)
    look(reconciler, clock, 10)
    assert queue.waiting() == set()
    assert lock is not None
    os.close(lock)


def test_the_lease_of_a_dead_process_of_this_machine_is_not_waited_for(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    lock = store.attempts.claim(accepted.id, 1, 0, "other")
    queue.hold(accepted.id, 1, 60)
    assert lock is not None
    os.close(lock)
    look(reconciler, clock, 1)
    assert queue.position(accepted.id, attempt=2) == 1


def test_a_cancelled_job_that_nobody_works_on_ends(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    lock = store.attempts.claim(accepted.id, 1, 0, "other")
    store.jobs.request_cancel(accepted.id)
    assert lock is not None
    os.close(lock)
    look(reconciler, clock, 4)
    assert store.jobs.get(accepted.id).status == "cancelled"
    assert store.attempts.unsettled() == []
    assert queue.waiting() == set()


def test_what_an_ended_job_left_is_cleaned_up(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    store.attempts.end(accepted.id, End("failed", "error"), {})
    look(reconciler, clock, 4)
    assert store.attempts.unsettled() == []
    assert store.blobs.names("checkpoints") == []


def test_an_acceptance_that_was_cut_short_is_no_job(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    with store.blobs.batch() as batch:
        store.attempts.prepare(batch, "a" * 32)
    look(reconciler, clock, 10)
    assert queue.waiting() == set()
