from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.valkey import Valkey
from trainlet.errors import QueueFullError, ServiceUnavailableError
from trainlet.queue import Queue, connect

A, B, C = "a" * 32, "b" * 32, "c" * 32


def test_jobs_wait_in_the_order_of_submission(queue: Queue) -> None:
    queue.submit(A)
    queue.submit(B)
    assert (queue.position(A), queue.position(B), queue.position(C)) == (1, 2, None)
    assert queue.waiting() == {A, B}


def test_resumed_jobs_go_first(queue: Queue) -> None:
    queue.submit(A)
    queue.submit(B, attempt=2)
    assert queue.position(B, attempt=2) == 1
    assert queue.position(A) == 2
    assert queue.position(B, attempt=1) is None


def test_a_full_queue_states_so_before_anything_is_accepted(valkey: Valkey) -> None:
    queue = Queue(connect(valkey.url), max_waiting=2)
    queue.submit(A)
    queue.check_room()
    queue.submit(B)
    with pytest.raises(QueueFullError, match="2 jobs are queued"):
        queue.check_room()


def test_what_is_not_ours_does_not_wait(queue: Queue, valkey: Valkey) -> None:
    valkey.redis.rpush(
        "rq:queue:trainlet-accepted-normal", "x", b"\xff", f"{A}-0", f"{A.upper()}-1", A
    )
    assert queue.waiting() == set()


def test_nothing_but_the_id_is_written_for_rq(queue: Queue, valkey: Valkey) -> None:
    queue.submit(A)
    written: dict[Any, Any] = valkey.redis.hgetall(f"rq:job:{A}-1")
    assert json.loads(zlib.decompress(written[b"data"])) == ["trainlet", None, [], {}]
    assert not any(value.startswith(b"\x80") for value in written.values())


def test_workers_count_while_they_greet(queue: Queue) -> None:
    assert queue.workers() == 0
    queue.greet("one")
    queue.greet("one")
    queue.greet("two")
    assert queue.workers() == 2
    queue.leave("one")
    assert queue.workers() == 1


def test_a_silent_worker_does_not_count(queue: Queue, valkey: Valkey) -> None:
    seconds, _ = valkey.redis.time()
    valkey.redis.zadd("trainlet:workers", {"gone": seconds - 10})
    assert queue.workers() == 0


def test_an_absent_redis_is_reported(tmp_path: Path) -> None:
    queue = Queue(connect(f"unix://{tmp_path}/nothing.sock"))
    for action in (
        queue.ping,
        queue.check_room,
        queue.workers,
        queue.waiting,
        lambda: queue.submit(A),
        lambda: queue.position(A),
        lambda: queue.progress(A),
        lambda: queue.history(A),
        lambda: queue.hold(A, 1, 10),
    ):
        with pytest.raises(ServiceUnavailableError):
            action()
