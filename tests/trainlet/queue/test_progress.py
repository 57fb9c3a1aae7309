from __future__ import annotations

import pytest

from tests.valkey import Valkey
from trainlet.queue import History, Progress, Queue
from trainlet.queue.progress import MAX_NUMBERS

A = "a" * 32


def at(epoch: int, attempt: int = 1) -> Progress:
    return Progress(attempt, epoch, 100, epoch * 10, epoch / 100, {"loss": 0.5}, 1.5)


def test_progress_is_the_last_one_reported(queue: Queue) -> None:
    assert queue.progress(A) is None
    queue.report(A, at(1), {"loss": [1.0]}, 0)
    queue.report(A, at(2), {"loss": [1.0, 0.5]}, 1)
    assert queue.progress(A) == at(2)


def test_history_grows_by_what_is_new(queue: Queue) -> None:
    history: History = {"loss": [3.0, 2.0], "accuracy": [0.1, 0.2]}
    assert queue.report(A, at(2), history, 0) == 2
    assert queue.report(A, at(2), history, 2) == 2
    history = {"loss": [3.0, 2.0, 1.0], "accuracy": [0.1, 0.2, 0.3]}
    assert queue.report(A, at(3), history, 2) == 3
    assert queue.history(A) == history


def test_epochs_beyond_those_counted_are_left_out(queue: Queue) -> None:
    queue.report(A, at(1), {"loss": [3.0, 2.0]}, 0)
    assert queue.history(A) == {"loss": [3.0]}


def test_a_report_is_bounded_and_the_rest_follows(queue: Queue) -> None:
    history: History = {"loss": [float(epoch) for epoch in range(MAX_NUMBERS + 5)]}
    held = queue.report(A, at(MAX_NUMBERS + 5), history, 0)
    assert held == MAX_NUMBERS
    held = queue.report(A, at(MAX_NUMBERS + 5), history, held)
    assert queue.history(A) == history


def test_after_redis_forgot_the_whole_history_comes_back(queue: Queue, valkey: Valkey) -> None:
    history: History = {"loss": [3.0, 2.0, 1.0]}
    held = queue.report(A, at(2), history, 0)
    valkey.redis.flushall()
    held = queue.report(A, at(3), history, held)
    queue.report(A, at(3), history, held)
    assert queue.history(A) == history


def test_a_later_attempt_reports_its_own_history(queue: Queue) -> None:
    queue.report(A, at(3), {"loss": [3.0, 2.0, 1.0]}, 0)
    held = queue.report(A, at(1, attempt=2), {"loss": [3.0]}, 0)
    assert queue.history(A) == {"loss": [3.0]}
    assert held == 1


def test_an_earlier_attempt_has_nothing_to_state(queue: Queue) -> None:
    queue.report(A, at(1, attempt=2), {"loss": [3.0]}, 0)
    assert queue.report(A, at(5), {"loss": [9.0] * 5}, 0) == -1
    assert queue.progress(A) == at(1, attempt=2)
    assert queue.history(A) == {"loss": [3.0]}


def test_what_ended_is_forgotten(queue: Queue) -> None:
    queue.report(A, at(1), {"loss": [3.0]}, 0)
    queue.forget(A)
    assert queue.progress(A) is None
    assert queue.history(A) == {}


def test_what_is_reported_does_not_stay_for_ever(queue: Queue, valkey: Valkey) -> None:
    queue.report(A, at(1), {"loss": [3.0]}, 0)
    assert all(valkey.redis.ttl(key) > 0 for key in valkey.redis.keys("*"))


@pytest.mark.parametrize("forged", [b"", b"{", b"[]", b'{"x": 1}', b"\x80\x04N.", b"7"])
def test_forged_progress_is_none(queue: Queue, valkey: Valkey, forged: bytes) -> None:
    valkey.redis.hset(f"trainlet:progress:{A}", "progress", forged)
    valkey.redis.rpush(f"trainlet:history:{A}", forged)
    assert queue.progress(A) is None
    assert all(isinstance(values, list) for values in queue.history(A).values())
