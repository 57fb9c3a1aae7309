"""The semaphore is FIFO and never exceeds its limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Lock

from service.server.fair_semaphore import FairSemaphore
from tests.eventually import eventually


def test_anyone_waits_longest_is_next() -> None:
    places, leave = FairSemaphore(1), Event()
    came: list[int] = []

    def is_taken_by(count: int) -> bool:
        return places.taken == count

    def take(number: int) -> None:
        with places:
            came.append(number)
            assert leave.wait(30)

    with ThreadPoolExecutor(6) as threads:
        for number in range(6):
            threads.submit(take, number)
            eventually(partial(is_taken_by, number + 1), 30, "one more in the line")
        assert came == [0]
        leave.set()
    assert came == list(range(6))
    assert places.taken == 0


def test_so_many_are_in_at_once_and_leave_also_when_they_fail() -> None:
    places, lock = FairSemaphore(3), Lock()
    inside, most = 0, 0

    def take(number: int) -> None:
        nonlocal inside, most
        with places:
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1
            if number % 2:
                raise ValueError

    with ThreadPoolExecutor(12) as threads:
        results = [threads.submit(take, number).exception() for number in range(300)]
    assert [error is not None for error in results] == [n % 2 == 1 for n in range(300)]
    assert 1 <= most <= 3
    assert places.taken == 0
