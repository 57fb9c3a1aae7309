"""Fair queueing: principals with jobs in the same list alternate."""

from __future__ import annotations

from redis import Redis

from tests.valkey import Valkey
from trainlet.queue import Delivery, Queue


def ids(principal: str, count: int) -> list[str]:
    return [f"{ord(principal):02x}{number:030x}" for number in range(count)]


def served(queue: Queue, redis: Redis, list_name: str = "trainlet-accepted-normal") -> str:
    """Take everything in the order in which workers would; the callers' letters."""
    letters = ""
    while True:
        text = redis.lpop(f"rq:queue:{list_name}")
        if text is None:
            return letters
        delivery = Delivery.parse(text.decode())  # type: ignore[union-attr]
        assert delivery is not None
        queue.take(delivery)
        letters += chr(int(delivery.job[:2], 16))


def submit(queue: Queue, principal: str, count: int, first: int = 0) -> None:
    for job in ids(principal, first + count)[first:]:
        queue.submit(job, principal=principal)


def test_who_requests_for_much_waits_for_who_requests_for_little(
    queue: Queue, valkey: Valkey
) -> None:
    submit(queue, "a", 5)
    submit(queue, "b", 2)
    submit(queue, "c", 1)
    assert served(queue, valkey.redis) == "abcabaaa"


def test_no_one_gains_by_having_waited_with_nothing_to_do(queue: Queue, valkey: Valkey) -> None:
    submit(queue, "a", 6)
    for _ in range(3):
        queue.take(Delivery.parse(valkey.redis.lpop("rq:queue:trainlet-accepted-normal").decode()))  # type: ignore
    submit(queue, "b", 3)
    assert served(queue, valkey.redis) == "ababab"
    submit(queue, "b", 2, first=3)
    submit(queue, "a", 2, first=6)
    assert served(queue, valkey.redis) == "baba"


def test_one_callers_jobs_stay_in_order_and_priorities_apart(queue: Queue, valkey: Valkey) -> None:
    submit(queue, "a", 3)
    queue.submit(ids("b", 1)[0], priority="high", principal="b")
    assert [queue.position(job) for job in ids("a", 3)] == [2, 3, 4]
    assert queue.position(ids("b", 1)[0]) == 1


def test_jobs_of_no_one_in_particular_wait_in_order(queue: Queue, valkey: Valkey) -> None:
    for job in ids("x", 3):
        queue.submit(job)
    submit(queue, "a", 1)
    assert served(queue, valkey.redis) == "xxxa"
    assert not valkey.redis.keys("trainlet:turns:*")


def test_nothing_is_left_of_who_was_served_or_forgotten(queue: Queue, valkey: Valkey) -> None:
    submit(queue, "a", 3)
    valkey.redis.flushall()
    submit(queue, "a", 2)
    submit(queue, "b", 1)
    assert served(queue, valkey.redis) == "aba"
    assert not valkey.redis.keys("trainlet:turns:*")


def test_who_is_taken_before_its_place_is_found_is_not_put_back(
    queue: Queue, valkey: Valkey
) -> None:
    key = "rq:queue:trainlet-accepted-normal"
    queue._shares.place(key, "gone-1", "a")
    assert valkey.redis.llen(key) == 0
