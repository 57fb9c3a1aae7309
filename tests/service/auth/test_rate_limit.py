from __future__ import annotations

from multiprocessing import get_context

import pytest

from service.auth import rate_limit
from service.auth.rate_limit import RateLimits


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_the_rate_alone() -> None:
    clock = Clock()
    limit = RateLimits(4, clock)
    assert [limit.wait("a") for _ in range(8)] == [0.0] * 8
    assert limit.wait("a") == 0.25
    clock.now += 0.25
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0.0


def test_a_rate_below_one_lets_single_requests_through() -> None:
    clock = Clock()
    limit = RateLimits(0.1, clock)
    assert limit.wait("a") == 0.0
    assert limit.wait("a") == 10.0
    clock.now += 10
    assert limit.wait("a") == 0.0


def test_no_rate_is_no_limit() -> None:
    assert {RateLimits(0).wait("a") for _ in range(100)} == {0.0}


def test_where_there_is_no_room_the_one_is_forgotten_that_may_request_soonest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit, "BUCKETS", 1)
    clock = Clock()
    limit = RateLimits(0.001, clock)
    subjects = [str(number) for number in range(rate_limit.KNOWN)]
    for subject in subjects:
        assert limit.wait(subject) == 0.0
        clock.now += 1
    assert limit.wait("another") == 0.0
    assert all(limit.wait(subject) > 0 for subject in [*subjects[1:], "another"])
    assert limit.wait(subjects[0]) == 0.0


def test_forked_processes_count_together() -> None:
    limit, fork = RateLimits(0.001), get_context("fork")
    waits = fork.SimpleQueue()
    for _ in range(2):
        child = fork.Process(target=lambda: waits.put(limit.wait("a")))
        child.start()
        child.join()
    assert waits.get() == 0.0
    assert waits.get() > 0
    assert limit.wait("a") > 0
