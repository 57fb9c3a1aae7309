"""Pausing, limits and priorities with real workers."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any, Literal

from tests.eventually import eventually
from tests.processes import is_gone
from tests.worker.dawdling import LONG
from tests.worker.here import work
from tests.worker.outcome import at_work, begun, ended, submit, weights
from tests.worker.processes import Workers
from tests.worker.specs import ENDLESS, job
from trainlet.config import to_json
from trainlet.queue import Queue
from trainlet.store import Store

Priority = Literal["low", "normal", "high"]


def paused(store: Store, job_id: str) -> None:
    eventually(lambda: store.jobs.get(job_id).status == "paused", what="it is paused")


def test_a_job_that_pauses_twice_ends_with_the_same_weights(
    store: Store, queue: Queue, dawdlers: Workers
) -> None:
    worker = dawdlers.start(checkpoint_seconds=3600)
    undisturbed = work(store, to_json(job(epochs=LONG)))
    accepted = submit(store, queue, job(epochs=LONG))
    for attempt in (1, 2):
        begun(store, accepted, attempt)
        store.jobs.request_pause(accepted.id)
        paused(store, accepted.id)
        if attempt == 1:  # across a restart of the worker
            worker.terminate()
            worker.wait(10)
            dawdlers.start(checkpoint_seconds=3600)
            eventually(lambda: queue.workers() == 1)
        store.jobs.resume(accepted.id)
        queue.submit(accepted.id, attempt + 1)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 3)
    assert done.reproducible
    assert weights(store, done).tobytes() == weights(store, undisturbed).tobytes()


def test_a_paused_job_is_taken_by_no_one(store: Store, queue: Queue, workers: Workers) -> None:
    accepted = submit(store, queue, job())
    store.jobs.request_pause(accepted.id)  # and its delivery is still there
    workers.start()
    assert ended(store, submit(store, queue, job())).status == "succeeded"
    assert (store.jobs.get(accepted.id).status, store.jobs.get(accepted.id).attempt) == (
        "paused",
        0,
    )
    store.jobs.resume(accepted.id)
    assert ended(store, accepted).attempt == 1  # not queued, so the reconciler found it


def test_a_child_that_cannot_follow_is_killed_when_its_job_pauses(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start()
    accepted, child = at_work(worker, store, queue)
    os.kill(child, signal.SIGSTOP)
    store.jobs.request_pause(accepted.id)
    paused(store, accepted.id)
    eventually(lambda: is_gone(child))


def test_a_job_whose_worker_died_while_it_was_to_pause_is_paused(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start()
    accepted = submit(store, queue, job(epochs=ENDLESS))
    begun(store, accepted, 1)
    os.kill(worker.pid, signal.SIGKILL)
    store.jobs.request_pause(accepted.id)
    workers.start()
    paused(store, accepted.id)
    assert store.jobs.get(accepted.id).attempt == 1


def test_a_job_ends_with_what_it_has_learned_when_its_seconds_have_passed(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    done = ended(store, submit(store, queue, replace(job(epochs=ENDLESS), max_seconds=0.5)))
    assert (done.status, done.end_reason) == ("succeeded", "max_seconds")
    assert not done.reproducible
    assert 0 < done.epoch < ENDLESS
    assert store.models.get("circles").provenance["end"] == "max_seconds"


def test_a_job_that_takes_too_much_memory_fails_and_the_worker_lives(
    store: Store, queue: Queue, workers: Workers
) -> None:
    worker = workers.start(job_memory_bytes=2**26)
    large: Any = job()
    source = replace(large.dataset.source, samples=1_000_000)
    large = replace(large, dataset=replace(large.dataset, source=source))
    done = ended(store, submit(store, queue, large))
    assert (done.status, done.attempt) == ("failed", 1)
    assert done.error is not None
    assert done.error["title"] == "Out of memory"
    assert worker.poll() is None
    assert ended(store, submit(store, queue, job())).status == "succeeded"


def test_jobs_of_a_higher_priority_are_taken_first(
    store: Store, queue: Queue, workers: Workers
) -> None:
    order: tuple[Priority, ...] = ("low", "normal", "high")
    jobs = {word: store.jobs.accept(replace(job(), priority=word)) for word in order}
    for word, each in jobs.items():
        queue.submit(each.id, priority=word)
    workers.start()
    started = {word: ended(store, each).started_at or "" for word, each in jobs.items()}
    assert sorted(started, key=started.__getitem__) == ["high", "normal", "low"]
