"""Claims while Redis is unavailable."""

from __future__ import annotations

import os

from tests.worker.specs import job
from trainlet.queue import Delivery, Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store
from worker.attempt import Attempt


def test_a_job_is_not_taken_from_one_who_lives_though_redis_cannot_report(store: Store) -> None:
    accepted = store.jobs.accept(job(epochs=1))
    lock = store.attempts.claim(accepted.id, 1, 0, "another")
    assert lock is not None
    away = Queue(connect("unix:///nowhere/valkey.sock"))

    def come() -> None:
        Attempt(Delivery(accepted.id, 2), "this", store, away, Settings()).run()

    come()
    assert store.jobs.get(accepted.id).attempt == 1
    os.close(lock)  # it died
    come()
    done = store.jobs.get(accepted.id)
    assert (done.status, done.attempt) == ("succeeded", 2)
