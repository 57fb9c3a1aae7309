"""Many points go to the processors that nobody computes on; what is answered stays the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import numpy as np
import pytest

from service.processors import MOST_UNSPLIT, Array, Processors

BLOCK = 16
HEAVY = MOST_UNSPLIT // BLOCK
"""Parameters of which more than a block of points is much."""

THREE = frozenset(range(3))


class Seen:
    """A function that doubles points and notes how many it got at a time, and in which blocks."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.counts: list[int] = []
        self._meanwhile = meanwhile
        self._lock = Lock()

    def __call__(self, points: Array) -> Array:
        with self._lock:
            self.counts.append(len(points))
        self._meanwhile()
        return 2 * points


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 32, 33, 47, 48, 49, 1000])
@pytest.mark.parametrize("processors", [1, 2, 3, 7])
def test_every_point_is_computed_once_and_in_order(count: int, processors: int) -> None:
    seen = Seen()
    split = Processors(frozenset(range(processors))).split(seen, 10**9, BLOCK)
    points = np.arange(count * 2.0).reshape(count, 2)
    np.testing.assert_array_equal(split(points), 2 * points)
    assert sum(seen.counts) == count
    assert len(seen.counts) == max(1, min(processors, -(-count // BLOCK)))
    assert sum(size % BLOCK != 0 for size in seen.counts) <= 1


def test_all_parts_are_computed_at_the_same_time() -> None:
    seen = Seen(Barrier(3, timeout=30).wait)
    split = Processors(THREE).split(seen, HEAVY, BLOCK)
    split(np.zeros((3 * BLOCK, 1)))
    assert seen.counts == [BLOCK] * 3


def test_little_is_computed_where_it_came() -> None:
    seen = Seen()
    split = Processors(THREE).split(seen, MOST_UNSPLIT // 100, BLOCK)
    split(np.zeros((100, 1)))
    split(np.zeros((101, 1)))
    assert seen.counts[0] == 100
    assert len(seen.counts) == 4


def test_who_computes_beside_others_leaves_them_their_processors() -> None:
    leave, came = Event(), Barrier(2, timeout=30)
    waits = Seen(lambda: (came.wait(), leave.wait(30)))
    processors = Processors(frozenset(range(2)))
    first, second = processors.split(waits, HEAVY, 10**6), Seen()
    many = np.zeros((4 * BLOCK, 1))
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(first, many)
        came.wait()
        split = processors.split(second, HEAVY, BLOCK)
        split(many)
        assert second.counts == [len(many)]
        leave.set()
        running.result()
    split(many)
    assert second.counts[1:] == [2 * BLOCK] * 2


@pytest.mark.parametrize("at", [0, BLOCK, 2 * BLOCK])
def test_a_part_that_fails_is_told_and_its_processor_left(at: int) -> None:
    def fails(points: Array) -> Array:
        if points[0, 0] == at:
            raise FloatingPointError
        return points

    processors, seen = Processors(THREE), Seen()
    points = np.arange(3.0 * BLOCK).reshape(-1, 1)
    with pytest.raises(FloatingPointError):
        processors.split(fails, HEAVY, BLOCK)(points)
    processors.split(seen, HEAVY, BLOCK)(points)
    assert seen.counts == [BLOCK] * 3


def test_other_processors_are_used_though_the_one_who_asks_keeps_to_one() -> None:
    everywhere, found = os.sched_getaffinity(0), list[set[int]]()
    seen = Seen(lambda: found.append(os.sched_getaffinity(0)))
    split = Processors(frozenset([*everywhere, 10_000])).split(seen, HEAVY, BLOCK)
    with ThreadPoolExecutor(1, "", os.sched_setaffinity, (0, {min(everywhere)})) as thread:
        thread.submit(split, np.zeros((2 * BLOCK, 1))).result()
    assert sorted(found, key=len) == sorted([{min(everywhere)}, everywhere], key=len)


def test_a_processor_that_is_gone_is_no_fault() -> None:
    split = Processors(frozenset([10_000, 10_001])).split(Seen(), HEAVY, BLOCK)
    assert len(split(np.zeros((2 * BLOCK, 1)))) == 2 * BLOCK
