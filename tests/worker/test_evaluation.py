"""Evaluations by workers survive kills."""

from __future__ import annotations

import os
import signal

from tests.eventually import eventually
from tests.service.specs import circles
from tests.service.training import train
from tests.worker.processes import Workers, child_of
from trainlet.queue import BackgroundTask, Queue
from trainlet.store import Store


def test_a_model_is_evaluated_though_its_worker_is_killed(
    store: Store, queue: Queue, workers: Workers
) -> None:
    train(store, circles())
    source = {"type": "four_circles", "samples": 400_000, "seed": 3}
    requested = store.evaluations.ask("circles", 1, "", {"source": source})
    background_tasks = store.evaluations.background_tasks
    queue.submit_task(BackgroundTask("evaluate", requested.id))
    worker = workers.start(lease_seconds=1)
    child = child_of(worker)
    eventually(lambda: background_tasks.state(requested.id).attempt == 1, 60, "it was begun")
    os.kill(child, signal.SIGKILL)
    eventually(lambda: store.evaluations.get(requested.id).ended, 60, "its end")
    done = store.evaluations.get(requested.id)
    assert (done.status, background_tasks.state(requested.id).attempt) == ("succeeded", 2)
    assert (done.result or {})["rows"] == 400_000
