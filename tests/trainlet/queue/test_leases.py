from __future__ import annotations

from tests.eventually import eventually
from tests.valkey import Valkey
from trainlet.queue import Queue

A, B = "a" * 32, "b" * 32


def test_a_lease_is_taken_and_renewed_by_the_same_call(queue: Queue) -> None:
    assert queue.hold(A, 1, 10)
    assert queue.hold(A, 1, 10)
    assert queue.holders([A, B]) == {A: 1}


def test_the_highest_attempt_wins(queue: Queue) -> None:
    assert queue.hold(A, 9, 10)
    assert queue.hold(A, 10, 10)
    assert not queue.hold(A, 9, 10)
    assert queue.holders([A]) == {A: 10}


def test_a_lease_comes_back_after_redis_forgot(queue: Queue, valkey: Valkey) -> None:
    queue.hold(A, 3, 10)
    valkey.redis.flushall()
    assert queue.holders([A]) == {}
    assert queue.hold(A, 3, 10)
    assert queue.holders([A]) == {A: 3}


def test_a_lease_ends_by_itself(queue: Queue) -> None:
    queue.hold(A, 1, 0.05)
    eventually(lambda: queue.holders([A]) == {})


def test_only_the_holder_releases_and_only_once(queue: Queue) -> None:
    queue.hold(A, 2, 10)
    assert not queue.release(A, 1)
    assert queue.release(A, 2)
    assert not queue.release(A, 2)
    assert queue.holders([A]) == {}


def test_no_jobs_no_holders(queue: Queue) -> None:
    assert queue.holders([]) == {}


def test_forged_leases_hold_nothing(queue: Queue, valkey: Valkey) -> None:
    valkey.redis.set(f"trainlet:lease:{A}", "x")
    valkey.redis.lpush(f"trainlet:lease:{B}", "1")
    assert queue.holders([A, B]) == {}
    assert queue.hold(A, 1, 10)
