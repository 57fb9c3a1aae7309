"""Disturbed jobs end once, with the weights of an undisturbed run."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from tests.eventually import eventually
from tests.processes import is_gone
from tests.valkey import Valkey
from tests.worker import dawdling
from tests.worker.dawdling import LONG
from tests.worker.outcome import at_work, begun, checkpointed, ended, submit, weights
from tests.worker.processes import Workers, child_of, children
from tests.worker.specs import ENDLESS, job, on_source
from trainlet.queue import Queue, connect
from trainlet.store import Store


@pytest.fixture
def workers(dawdlers: Workers) -> Workers:
    return dawdlers


@pytest.fixture(scope="module")
def undisturbed() -> Iterator[NDArray[Any]]:
    """The weights of the long job when nothing happens to it."""
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        store = Store((Path(folder) / "blobs").as_uri())
        workers = Workers(valkey.url, store.blobs.root.as_uri())
        workers.start(checkpoint_seconds=3600)
        accepted = submit(store, Queue(connect(valkey.url)), job(epochs=LONG))
        done = ended(store, accepted)
        assert done.attempt == 1
        yield weights(store, done)
        workers.kill_all()
        valkey.kill()


def test_a_killed_child_is_replaced_and_goes_on_from_its_checkpoint(
    store: Store, queue: Queue, workers: Workers, undisturbed: NDArray[Any]
) -> None:
    worker = workers.start()
    accepted = submit(store, queue, job(epochs=LONG))
    step = 0
    for attempt in (1, 2, 3, 4):
        begun(store, accepted, attempt)
        step = checkpointed(store, accepted, beyond=step)
        os.kill(child_of(worker), signal.SIGKILL)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 5)
    assert weights(store, done).tobytes() == undisturbed.tobytes()
    assert len(store.jobs.history(done.id)["loss"]) == LONG
    assert worker.poll() is None


def test_a_killed_worker_takes_its_child_along_and_another_goes_on(
    store: Store, queue: Queue, workers: Workers, undisturbed: NDArray[Any]
) -> None:
    first = workers.start()
    accepted, child = at_work(first, store, queue, LONG)
    workers.start()
    eventually(lambda: queue.workers() == 2, what="the second worker is there")
    first.kill()
    eventually(lambda: is_gone(child), what="the child dies with its parent")
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 2)
    assert weights(store, done).tobytes() == undisturbed.tobytes()


def test_a_worker_that_is_reported_to_stop_hands_its_job_back(
    store: Store, queue: Queue, workers: Workers, undisturbed: NDArray[Any]
) -> None:
    first = workers.start(checkpoint_seconds=3600)
    accepted = submit(store, queue, job(epochs=LONG))
    eventually(lambda: (progress := queue.progress(accepted.id)) and progress.epoch > 3)
    child = child_of(first)
    first.terminate()
    first.wait(timeout=5)
    assert is_gone(child)
    handed_back = store.jobs.get(accepted.id)
    assert (handed_back.status, handed_back.attempt) == ("queued", 1)
    assert queue.position(accepted.id, attempt=2) == 1
    assert store.checkpoints.newest(accepted.id)
    workers.start()
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 2)
    assert weights(store, done).tobytes() == undisturbed.tobytes()


def test_an_idle_worker_stops_when_reported_to(queue: Queue, workers: Workers) -> None:
    worker = workers.start()
    eventually(lambda: queue.workers() == 1)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=5) == 0
    assert queue.workers() == 0


def test_handing_back_is_no_crash(store: Store, queue: Queue, workers: Workers) -> None:
    accepted = submit(store, queue, job(epochs=ENDLESS))
    for attempt in range(1, 5):
        worker = workers.start(checkpoint_seconds=3600)
        begun(store, accepted, attempt)
        worker.terminate()
        worker.wait(timeout=5)
    assert store.jobs.get(accepted.id).status == "queued"


def test_a_job_that_crashes_again_and_again_from_the_same_step_fails(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start(checkpoint_seconds=3600)
    accepted = submit(store, queue, job(epochs=ENDLESS))
    for attempt in (1, 2, 3):
        begun(store, accepted, attempt)
        os.kill(child_of(worker), signal.SIGKILL)
    done = ended(store, accepted)
    assert (done.status, done.end_reason, done.attempt) == ("failed", "error", 3)
    assert done.error is not None
    assert done.error["title"] == "The worker crashed"
    assert "3 times" in done.error["detail"]
    assert ended(store, submit(store, queue, job())).status == "succeeded"


def test_waiting_jobs_survive_the_loss_of_everything_in_redis(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey
) -> None:
    accepted = [submit(store, queue, job()) for _ in range(3)]
    valkey.redis.flushall()
    workers.start()
    assert [ended(store, each).status for each in accepted] == ["succeeded"] * 3
    assert [store.jobs.get(each.id).attempt for each in accepted] == [1, 1, 1]


def test_a_running_job_does_not_mind_the_loss_of_everything_in_redis(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey
) -> None:
    workers.start()
    accepted = submit(store, queue, job(epochs=LONG))
    eventually(lambda: queue.history(accepted.id))
    valkey.redis.flushall()
    eventually(lambda: queue.history(accepted.id), what="the history is reported again")
    assert queue.history(accepted.id)["loss"][0] > 0
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 1)


def test_a_job_that_no_one_queued_is_found(store: Store, workers: Workers) -> None:
    accepted = store.jobs.accept(job())
    workers.start()
    assert ended(store, accepted).status == "succeeded"


def test_redis_may_go_and_come_back_while_a_job_runs(store: Store, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        valkey = Valkey(Path(folder), append_only=True)
        valkey.start()
        queue = Queue(connect(valkey.url))
        workers = Workers(valkey.url, store.blobs.root.as_uri(), dawdling.main)
        worker = workers.start()
        try:
            running, waiting = (submit(store, queue, job(epochs=LONG)) for _ in range(2))
            step = checkpointed(store, running)
            valkey.kill()
            checkpointed(store, running, beyond=step)
            valkey.start()
            assert [ended(store, each).attempt for each in (running, waiting)] == [1, 1]
            assert worker.poll() is None
        finally:
            workers.kill_all()
            valkey.kill()


def test_a_worker_that_is_reported_to_stop_does_not_wait_for_redis(store: Store) -> None:
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        workers = Workers(valkey.url, store.blobs.root.as_uri())
        worker = workers.start()
        try:
            ended(store, submit(store, Queue(connect(valkey.url)), job(epochs=1)))
            valkey.kill()
            worker.terminate()
            eventually(lambda: worker.poll() is not None, 15, "the worker's end")
            assert worker.poll() == 0
        finally:
            workers.kill_all()
            valkey.kill()


def test_a_frozen_child_is_replaced(store: Store, queue: Queue, workers: Workers) -> None:
    worker = workers.start(lease_seconds=1)
    accepted, child = at_work(worker, store, queue, LONG)
    os.kill(child, signal.SIGSTOP)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 2)
    assert is_gone(child)


def test_a_child_that_cannot_follow_is_killed_when_its_job_is_cancelled(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start()
    accepted, child = at_work(worker, store, queue)
    os.kill(child, signal.SIGSTOP)
    store.jobs.request_cancel(accepted.id)
    done = ended(store, accepted, seconds=3)
    assert (done.status, done.attempt) == ("cancelled", 1)
    # The history of the last checkpoint, which may have no epoch yet.
    assert len(store.jobs.history(done.id).get("loss", [])) == done.epoch
    eventually(lambda: is_gone(child))


def test_a_child_that_cannot_follow_is_killed_when_its_worker_stops(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start()
    accepted, child = at_work(worker, store, queue)
    os.kill(child, signal.SIGSTOP)
    worker.terminate()
    worker.wait(timeout=5)
    assert store.jobs.get(accepted.id).status == "queued"
    assert queue.position(accepted.id, attempt=2) == 1


def test_a_frozen_worker_loses_its_job_and_leaves_it_when_thawed(
    store: Store, queue: Queue, workers: Workers
) -> None:
    first = workers.start(lease_seconds=1)
    accepted, child = at_work(first, store, queue)
    for process in (child, first.pid):
        os.kill(process, signal.SIGSTOP)
    workers.start(lease_seconds=1)
    begun(store, accepted, 2)
    for process in (first.pid, child):
        os.kill(process, signal.SIGCONT)
    eventually(lambda: is_gone(child), what="the overtaken child leaves")
    assert store.jobs.get(accepted.id).status == "running"
    assert store.jobs.get(accepted.id).attempt == 2
    assert first.poll() is None


def test_the_record_alone_reports_a_child_that_it_was_overtaken(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start()
    accepted, child = at_work(worker, store, queue)
    lock = store.attempts.claim(accepted.id, 2, 0, "elsewhere")
    eventually(lambda: is_gone(child), what="the overtaken child leaves")
    assert store.jobs.get(accepted.id).attempt == 2
    assert lock is not None
    os.close(lock)


def test_a_crash_between_the_model_and_the_end_trains_nothing_again(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    data = store.datasets.put(b'{"inputs":[[1.0,2.0],[3.0,4.0]],"targets":[0,1]}')
    spec = on_source(job(loss="binary_cross_entropy"), {"type": "uploaded", "id": data})
    done = ended(store, submit(store, queue, spec))
    # As if the process had died right before it recorded the end; and nothing to train on.
    store.blobs.create(f"open/{done.id}", b"")
    store.blobs.delete(f"jobs/{done.id}/end")
    store.blobs.delete(f"datasets/{data}")
    store = Store(store.blobs.root.as_uri())
    again = ended(store, done)
    assert (again.status, again.attempt) == ("succeeded", 2)
    assert (again.sha256, again.metrics) == (done.sha256, done.metrics)


def test_a_broken_checkpoint_costs_time_and_nothing_else(
    store: Store, queue: Queue, workers: Workers, undisturbed: NDArray[Any]
) -> None:
    worker = workers.start()
    accepted = submit(store, queue, job(epochs=LONG))
    checkpointed(store, accepted)
    os.kill(worker.pid, signal.SIGSTOP)
    child = children(worker.pid)[0]
    os.kill(child, signal.SIGKILL)
    step = checkpointed(store, accepted)
    path = store.blobs.root / f"checkpoints/{accepted.id}/{step:015d}"
    path.write_bytes(path.read_bytes()[:-1])
    os.kill(worker.pid, signal.SIGCONT)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 2)
    assert weights(store, done).tobytes() == undisturbed.tobytes()
