from __future__ import annotations

from service.access import rates
from service.access.rates import Rates


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_the_rate_alone() -> None:
    clock = Clock()
    limit = Rates(4, clock)
    assert [limit.wait("a") for _ in range(8)] == [0.0] * 8
    assert limit.wait("a") == 0.25
    clock.now += 0.25
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0.0


def test_a_rate_below_one_lets_single_requests_through() -> None:
    clock = Clock()
    limit = Rates(0.1, clock)
    assert limit.wait("a") == 0.0
    assert limit.wait("a") == 10.0
    clock.now += 10
    assert limit.wait("a") == 0.0


def test_no_rate_is_no_limit() -> None:
    assert {Rates(0).wait("a") for _ in range(100)} == {0.0}


def test_those_who_have_not_asked_for_long_are_forgotten(monkeypatch: object) -> None:
    clock = Clock()
    limit = Rates(1, clock)
    for number in range(rates.MOST_KNOWN):
        limit.wait(str(number))
    clock.now += 10
    limit.wait("another")
    assert len(limit._paid) == 1
