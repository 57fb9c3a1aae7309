"""Forged data in Redis runs no code: only the id of a delivery is read."""

from __future__ import annotations

import json
import os
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest
from rq.worker_registration import get_keys

from tests.eventually import eventually
from tests.valkey import Valkey
from tests.worker.outcome import ended, submit
from tests.worker.processes import Workers
from tests.worker.specs import job
from trainlet.queue import NAMES, Queue
from trainlet.store import Store


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def forged(folder: Path) -> dict[str, dict[Any, Any]]:
    """Hashes of RQ jobs that would leave a trace in `folder` if anything in them was used."""
    call = json.dumps(["os.mkdir", None, [str(folder / "function")], {}]).encode()
    harmless = zlib.compress(b'["builtins.len", null, [[]], {}]')
    return {
        "function": {"data": zlib.compress(call), "created_at": "2026-01-01T00:00:00.0Z"},
        "pickled_data": {"data": zlib.compress(pickle.dumps(Bomb(folder / "data")))},
        "raw_pickle": {"data": pickle.dumps(Bomb(folder / "raw"))},
        "pickled_meta": {"data": harmless, "meta": pickle.dumps(Bomb(folder / "meta"))},
        "pickled_result": {"data": harmless, "result": pickle.dumps(Bomb(folder / "result"))},
        "callbacks": {
            "data": zlib.compress(b'["no.such.function", null, [], {}]'),
            "success_callback_name": "os.mkdir",
            "failure_callback_name": "os.mkdir",
            "stopped_callback_name": "os.mkdir",
            "timeout": "1",
        },
        "webhooks": {"data": harmless, "webhooks": '[{"url": "http://127.0.0.1:9/"}]'},
        "nonsense": {"data": b"\xff", "created_at": "x", "timeout": "x", "status": "x"},
    }


@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_forged_jobs_run_nothing_and_the_worker_lives_on(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey, tmp_path: Path, name: str
) -> None:
    traces = tmp_path / "traces"
    traces.mkdir()
    worker = workers.start()
    eventually(lambda: queue.workers() == 1)
    for number, (kind, fields) in enumerate(forged(traces).items()):
        # Ids of our form of which no job was accepted, and ids of any other form.
        for forged_id in (f"{number:032x}-1", f"forged-{kind}", f"{kind}:x", "../../x"):
            valkey.redis.hset(f"rq:job:{forged_id}", mapping=fields)
            valkey.redis.rpush(f"rq:queue:{name}", forged_id)
    accepted = submit(store, queue, job())
    assert ended(store, accepted).status == "succeeded"
    eventually(lambda: valkey.redis.llen(f"rq:queue:{name}") == 0, what="all were taken")
    assert ended(store, submit(store, queue, job())).status == "succeeded"
    assert list(traces.iterdir()) == []
    assert worker.poll() is None
    assert len(store.blobs.names("jobs")) == 2


def test_the_forgeries_would_do_harm(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Bomb(tmp_path / "data")))
    assert (tmp_path / "data").is_dir()


def test_a_forged_payload_under_the_id_of_a_true_job_delivers_that_job(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey, tmp_path: Path
) -> None:
    accepted = store.jobs.accept(job())
    call = json.dumps(["os.mkdir", None, [str(tmp_path / "trace")], {}]).encode()
    valkey.redis.hset(f"rq:job:{accepted.id}-1", mapping={"data": zlib.compress(call)})
    valkey.redis.rpush(f"rq:queue:{NAMES[3]}", f"{accepted.id}-1")
    workers.start()
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 1)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("attempt", [2, 3, 999])
def test_attempts_cannot_be_skipped(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey, attempt: int
) -> None:
    accepted = store.jobs.accept(job())
    queue.submit(accepted.id, attempt)
    queue.submit(accepted.id)
    workers.start()
    assert ended(store, accepted).attempt == 1


def test_a_running_job_is_not_taken_away_by_a_forged_delivery(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    workers.start()
    eventually(lambda: queue.workers() == 2)
    accepted = submit(store, queue, job(epochs=200))
    eventually(lambda: queue.progress(accepted.id))
    queue.submit(accepted.id, attempt=2)
    assert ended(store, accepted).attempt == 1


def test_commands_published_to_workers_are_not_heard(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey
) -> None:
    worker = workers.start()
    eventually(lambda: queue.workers() == 1)
    [name] = get_keys(connection=valkey.redis)
    channel = name.replace("rq:worker:", "rq:pubsub:")
    assert valkey.redis.publish(channel, '{"command": "shutdown"}') == 0
    assert ended(store, submit(store, queue, job())).status == "succeeded"
    assert worker.poll() is None
