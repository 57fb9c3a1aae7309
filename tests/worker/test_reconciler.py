from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from tests.eventually import eventually
from tests.worker.specs import job
from trainlet import queue as queues
from trainlet.errors import ServiceUnavailableError
from trainlet.queue import Delivery, Queue
from trainlet.store import End, Store
from trainlet.store.attempts import boot_id
from worker import failure_detector
from worker import reconciler as reconciling
from worker.reconciler import Reconciler

LEASE = 10


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(failure_detector, "time", clock)
    return clock  # type: ignore[return-value]


@pytest.fixture
def reconciler(store: Store, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Reconciler:
    monkeypatch.setattr(reconciling, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(queues, "REDELIVERY_MS", 1)
    return Reconciler(store, queue, LEASE)


def claimed(store: Store, attempt: int = 1, job_id: str | None = None) -> tuple[str, int]:
    """A job at which a process of this machine is, as long as the descriptor is open."""
    job_id = job_id or store.jobs.accept(job()).id
    lock = store.attempts.claim(job_id, attempt, 0, "other")
    assert lock is not None
    return job_id, lock


def elsewhere(store: Store, job_id: str, attempt: int = 1) -> None:
    """Make the latest claim look as if it was made on another machine."""
    path = store.blobs.root / f"jobs/{job_id}/attempt-{attempt}"
    path.write_bytes(path.read_bytes().replace(boot_id().encode(), b"another"))


def look(reconciler: Reconciler, clock: Clock, seconds: int) -> None:
    """Look each second for some time."""
    for _ in range(seconds):
        reconciler.look()
        clock.now += 1


def test_a_job_that_is_nowhere_is_delivered_at_once(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    look(reconciler, clock, 1)
    assert queue.position(accepted.id) == 1


def test_one_that_comes_to_its_place_in_a_moment_is_not(
    store: Store, queue: Queue, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued, begun = (store.jobs.accept(job()).id for _ in range(2))
    locks = []

    def moment(seconds: float) -> None:
        queue.submit(queued)
        locks.append(claimed(store, 1, begun)[1])

    monkeypatch.setattr(reconciling, "time", Mock(sleep=moment))
    reconciler.look()
    assert queue.lengths()["normal", "accepted"] == 1
    assert queue.position(begun) is None
    os.close(*locks)


def test_it_is_delivered_once(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    store.jobs.accept(job())
    look(reconciler, clock, 3)
    other = store.jobs.accept(job())
    queue.submit(other.id)
    assert queue.position(other.id) == 2


def test_of_all_who_see_that_it_is_lost_one_delivers_it_and_again_when_it_is_lost_again(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock, monkeypatch: Any
) -> None:
    monkeypatch.setattr(queues, "REDELIVERY_MS", 200)
    accepted = store.jobs.accept(job())
    look(reconciler, clock, 1)
    queue.withdraw(accepted.id)  # taken by a worker that has not claimed it
    look(reconciler, clock, 1)
    assert queue.waiting() == set()

    def result() -> bool:
        look(reconciler, clock, 1)
        return queue.position(accepted.id) == 1

    eventually(result, what="it is delivered again")


def test_one_that_is_silent_for_longer_than_its_lease_loses_its_job(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    here, lock = claimed(store)  # its process is there, though frozen
    there, other = claimed(store)
    elsewhere(store, there)
    os.close(other)
    queue.hold(here, 1, LEASE)
    queue.hold(there, 1, LEASE)
    look(reconciler, clock, 1)
    for each in (here, there):
        queue.release(each, 1)  # as time does
    look(reconciler, clock, LEASE + 1)
    assert queue.waiting() == set()
    look(reconciler, clock, 2)
    assert queue.waiting() == {here, there}
    os.close(lock)


def test_its_silence_counts_from_when_it_renewed_its_lease_not_from_when_that_was_over(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    running, lock = claimed(store)
    queue.hold(running, 1, 3)  # the remaining lease 7 seconds after its renewal
    look(reconciler, clock, 1)
    queue.release(running, 1)
    look(reconciler, clock, 4)
    assert queue.waiting() == set()
    look(reconciler, clock, 3)
    assert queue.waiting() == {running}
    os.close(lock)


def test_after_a_long_absence_suspicion_starts_again(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    _, lock = claimed(store)
    look(reconciler, clock, LEASE)
    clock.now += 60
    look(reconciler, clock, LEASE)
    assert queue.waiting() == set()
    os.close(lock)


def test_after_a_look_that_failed_suspicion_starts_again(
    store: Store,
    queue: Queue,
    reconciler: Reconciler,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, lock = claimed(store)
    look(reconciler, clock, LEASE)  # Redis forgot its lease
    with monkeypatch.context() as away:

        def fail() -> None:
            raise ServiceUnavailableError("Redis is away")

        away.setattr(queue, "waiting", fail)
        with pytest.raises(ServiceUnavailableError):
            reconciler.look()
    clock.now += 1
    look(reconciler, clock, LEASE)  # the training process has not renewed it yet
    assert queue.waiting() == set()
    queue.hold(running, 1, 60)
    look(reconciler, clock, 3 * LEASE)
    assert queue.waiting() == set()
    os.close(lock)


def test_a_lease_that_redis_forgot_is_waited_for_from_when_it_was_renewed(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    running, lock = claimed(store)
    for _ in range(3):
        look(reconciler, clock, LEASE)
        queue.hold(running, 1, LEASE)
        look(reconciler, clock, 1)
        queue.release(running, 1)
    assert queue.waiting() == set()
    os.close(lock)


def test_an_attempt_that_has_just_begun_is_not_mistaken_for_the_one_before(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    running, lock = claimed(store)
    look(reconciler, clock, LEASE + 2)
    _, later = claimed(store, 2, running)  # and has no lease yet
    os.close(lock)
    look(reconciler, clock, LEASE)
    assert queue.waiting() == set()
    os.close(later)


def test_a_held_job_is_left_alone(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    running, lock = claimed(store)
    queue.hold(running, 1, 60)
    look(reconciler, clock, 10)
    assert queue.waiting() == set()
    os.close(lock)


@pytest.mark.parametrize("seconds", [60, None])
def test_the_lease_of_a_dead_process_of_this_machine_is_not_waited_for(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock, seconds: float | None
) -> None:
    dead, lock = claimed(store)
    if seconds:
        queue.hold(dead, 1, seconds)
    os.close(lock)
    look(reconciler, clock, 1)
    assert queue.position(dead, attempt=2) == 1
    assert queue.holders([dead]) == {}


def test_a_damaged_record_does_not_keep_other_jobs_from_being_looked_after(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    damaged, lock = claimed(store)
    os.close(lock)
    store.jobs.request_cancel(damaged)
    store.blobs.root.joinpath(f"jobs/{damaged}/attempt-1").write_bytes(b"?")
    other = store.jobs.accept(job())
    look(reconciler, clock, 1)
    assert queue.waiting() == {other.id}
    look(reconciler, clock, LEASE + 3)
    assert store.attempts.state(damaged).ended


def test_a_worker_knows_at_once_of_its_own_process(
    store: Store, queue: Queue, reconciler: Reconciler
) -> None:
    running, lock = claimed(store)
    reconciler.pass_on(Delivery(running, 1), 1, crashed=True)
    assert queue.waiting() == set()
    # Without locks, the reconciler must wait for the lease.
    reconciler.pass_on(Delivery(running, 1), os.getpid(), crashed=True)
    assert queue.position(running, attempt=2) == 1
    os.close(lock)


def test_one_that_was_killed_before_its_claim_is_replaced_at_once_but_none_that_found_nothing(
    store: Store, queue: Queue, reconciler: Reconciler
) -> None:
    accepted = store.jobs.accept(job())
    reconciler.pass_on(Delivery(accepted.id, 1), 1, crashed=False)
    assert queue.waiting() == set()
    reconciler.pass_on(Delivery(accepted.id, 1), 1, crashed=True)
    assert queue.position(accepted.id) == 1


def test_a_cancelled_job_that_no_one_works_on_ends(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    abandoned, lock = claimed(store)
    store.jobs.request_cancel(abandoned)
    os.close(lock)
    look(reconciler, clock, 1)
    assert store.jobs.get(abandoned).status == "cancelled"
    assert store.attempts.unsettled() == []
    assert queue.waiting() == set()


def test_what_an_ended_job_left_is_cleaned_up(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    accepted = store.jobs.accept(job())
    store.attempts.end(accepted.id, End("failed", "error"), {})
    look(reconciler, clock, 1)
    assert store.attempts.unsettled() == []
    assert store.blobs.names("checkpoints") == []


def test_a_paused_job_is_left_alone_and_taken_from_who_cannot_work_on_it(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    waiting, (abandoned, lock) = store.jobs.accept(job()).id, claimed(store)
    os.close(lock)
    for each in (waiting, abandoned):
        store.jobs.request_pause(each)
    look(reconciler, clock, 2)
    assert queue.waiting() == set()
    assert not store.attempts.state(abandoned).running
    store.jobs.resume(abandoned)
    look(reconciler, clock, 1)
    assert queue.position(abandoned, attempt=2) == 1


def test_an_acceptance_that_was_cut_short_is_no_job(
    store: Store, queue: Queue, reconciler: Reconciler, clock: Clock
) -> None:
    with store.blobs.batch() as batch:
        store.attempts.prepare(batch, "a" * 32)
    look(reconciler, clock, 10)
    assert queue.waiting() == set()
