from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from unittest.mock import Mock

import pytest

from tests.eventually import eventually
from tests.valkey import Valkey
from tests.worker.processes import Workers, child_of
from tests.worker.test_reconciler import Clock
from trainlet.datasets import ReadingOptions
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store, Upload
from worker import failure_detector
from worker.background_tasks import TaskReconciler, TaskRunner

CSV = b"a,b\n1,2\n3,4\n"


def receive(store: Store, content: bytes = CSV, media_type: str = "text/csv") -> Upload:
    return store.uploads.receive([content], 10**9, "", media_type, ReadingOptions())[0]


@pytest.fixture
def reader(valkey: Valkey, store: Store, queue: Queue) -> TaskRunner:
    return TaskRunner(store, queue, Settings(redis_url=valkey.url))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(failure_detector, "time", clock)
    return clock  # type: ignore[return-value]


def test_a_file_is_read(store: Store, queue: Queue, reader: TaskRunner) -> None:
    upload = receive(store)
    reader.run(BackgroundTask("read", upload.id))
    assert store.uploads.get(upload.id).profile.rows == 2
    assert queue.holders([upload.id]) == {}
    reader.run(BackgroundTask("read", upload.id))
    assert store.uploads.background_tasks.state(upload.id).attempt == 1


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"a,b\n1,2\n3,4,5\n", "text/csv", "line 3 has 3 values"),
        (b"a,b\n1,2\n", "application/x-npy", "not an NPY file"),
        (b"a,b\n1,2\n", "application/x-npz", "not an archive"),
    ],
)
def test_a_file_that_cannot_be_used_has_failed_for_a_reason(
    content: bytes, media_type: str, reason: str, store: Store, reader: TaskRunner
) -> None:
    upload = receive(store, content, media_type)
    reader.run(BackgroundTask("read", upload.id))
    kept = store.uploads.get(upload.id)
    assert kept.status == "failed"
    assert reason in (kept.error or "")
    assert not list(store.blobs.root.joinpath(f"uploads/{upload.id}").glob(".numbers*"))


def test_a_full_store_fails_it_for_that_reason(
    store: Store, reader: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = receive(store)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr("worker.reading.read", Mock(side_effect=full))
    reader.run(BackgroundTask("read", upload.id))
    assert "store is full" in (store.uploads.get(upload.id).error or "")
    assert store.uploads.background_tasks.unsettled() == set()


def test_who_comes_second_leaves_it_to_the_first(
    store: Store, queue: Queue, reader: TaskRunner
) -> None:
    upload = receive(store)
    queue.hold(upload.id, 1, 10)
    reader.run(BackgroundTask("read", upload.id))
    assert store.uploads.background_tasks.state(upload.id).attempt == 0


def test_a_file_that_is_gone_is_no_error(store: Store, reader: TaskRunner) -> None:
    upload = receive(store)
    store.uploads.delete(upload.id)
    reader.run(BackgroundTask("read", upload.id))
    assert store.uploads.background_tasks.unsettled() == set()


def test_a_file_that_no_one_reads_is_delivered_once_after_a_grace(
    store: Store, queue: Queue, clock: Clock
) -> None:
    reconciler = TaskReconciler(store, queue)
    one, held = receive(store), receive(store, b"1,2")
    queue.hold(held.id, 1, 60)
    for seconds, expected in ((3, set()), (8, {one.id})):
        for _ in range(seconds):
            reconciler.look()
            clock.now += 1
        assert queue.waiting_tasks("read") == expected
    assert queue.waiting() == set()


def test_a_worker_reads_what_is_delivered_and_what_was_forgotten(
    store: Store, queue: Queue, workers: Workers
) -> None:
    delivered, forgotten = receive(store), receive(store, b"1,2\n")
    queue.submit_task(BackgroundTask("read", delivered.id))
    workers.start()
    for upload in (delivered, forgotten):
        eventually(lambda: store.uploads.get(upload.id).status == "ready", 60, "it is ready")  # noqa: B023


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_file_is_read_anyone_is_killed(
    number: signal.Signals, store: Store, queue: Queue, workers: Workers
) -> None:
    lines = b"".join(b'"%d",word %d\n' % (row, row % 7) for row in range(300_000))
    upload = receive(store, b"a,b\n" + lines)
    queue.submit_task(BackgroundTask("read", upload.id))
    worker = workers.start(lease_seconds=1)
    child = child_of(worker)
    eventually(
        lambda: store.uploads.background_tasks.state(upload.id).attempt == 1, 60, "it was begun"
    )
    os.kill(child if number == signal.SIGKILL else worker.pid, number)
    workers.start(lease_seconds=1)
    eventually(lambda: store.uploads.get(upload.id).status == "ready", 60, "it is ready")
    assert store.uploads.get(upload.id).profile.rows == 300_000
