"""CPU affinity of single threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.server.affinity import Affinity


@pytest.fixture
def affinity() -> Affinity:
    result = Affinity.of_process(7)
    if result is None:
        pytest.skip("threads cannot be kept on a processor here")
    return result


def test_a_thread_shares_one_processor_until_it_does_not(affinity: Affinity) -> None:
    everywhere = os.sched_getaffinity(0)

    def moves() -> list[set[int]]:
        results = []
        for share in (True, True, False, True):
            affinity.share(share=share)
            results.append(os.sched_getaffinity(0))
        return results

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        first, second = one.submit(moves).result(), other.submit(moves).result()
        assert [len(places) for places in first] == [1, 1, len(everywhere), 1]
        assert first == second
        assert first[0] <= everywhere == first[2]
    assert os.sched_getaffinity(0) == everywhere


def test_a_processor_that_is_gone_is_no_fault() -> None:
    everywhere = frozenset(os.sched_getaffinity(0))
    Affinity(everywhere, 10_000).share(share=True)
    assert os.sched_getaffinity(0) == everywhere
