"""Full and read-only stores while jobs are submitted, train and end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.durability.asking import ask
from tests.durability.room import Room, is_possible
from tests.eventually import eventually
from tests.ports import free_port
from tests.valkey import Valkey
from tests.worker.outcome import ended, weights
from tests.worker.specs import job
from trainlet.config import to_json
from trainlet.queue import Queue, connect
from trainlet.store import Store

pytestmark = pytest.mark.skipif(not is_possible(), reason="needs namespaces of users")

PREDICT = "/v1/models/circles/predict"
POINTS = {"points": [[1.0, 3.0]]}
EPOCHS = 250


class RunningService:
    """Return a service and a worker with a store in a small file system."""

    def __init__(self, room: Room, port: int, valkey: Valkey) -> None:
        self.room = room
        self.ask = partial(ask, port)
        self.queue = Queue(connect(valkey.url))
        room.start("service")
        room.start("worker")
        eventually(self._is_ready, 30, "the service is ready and a worker is there")
        self.store = Store((room.inside / "blobs").as_uri())

    def submit(self, epochs: int, expected: int = 202) -> Any:
        status, response = self.ask("POST", "/v1/jobs", to_json(job(epochs=epochs)))
        assert status == expected, response
        return response

    def _is_ready(self) -> bool:
        try:
            status, response = self.ask("GET", "/readyz")
        except OSError:
            return False
        return status == 200 and response["workers"] == 1


@pytest.fixture
def service(tmp_path: Path, valkey: Valkey) -> Iterator[RunningService]:
    port = free_port()
    environment = {
        "TRAINLET_PORT": str(port),
        "TRAINLET_REDIS_URL": valkey.url,
        "TRAINLET_BLOB_URL": (tmp_path / "blobs").as_uri(),
        "TRAINLET_CHECKPOINT_SECONDS": "0.1",
    }
    with Room(tmp_path, "4m", environment) as room:
        yield RunningService(room, port, valkey)


def test_nothing_is_lost_for_want_of_room(service: RunningService) -> None:
    store = service.store
    undisturbed = ended(store, store.jobs.get(service.submit(epochs=EPOCHS)["id"]))
    accepted = store.jobs.get(service.submit(epochs=EPOCHS)["id"])
    eventually(lambda: store.checkpoints.newest(accepted.id), what="it has a checkpoint")
    with service.room.full():
        assert service.submit(epochs=5, expected=507)["status"] == 507
        assert service.ask("POST", f"/v1/jobs/{accepted.id}/pause")[0] == 507
        assert service.ask("POST", PREDICT, POINTS)[0] == 200
        # It trains on, though it can keep no checkpoint, and waits with its model.
        eventually(lambda: is_fully_reported(service, accepted.id), 60, "it has trained to the end")
        status, response = service.ask("GET", f"/v1/jobs/{accepted.id}?wait=2")
        assert (status, response["status"]) == (200, "running")
        kept = sorted(path.name for path in store.blobs.root.rglob("*.safetensors"))
        assert kept == [f"{undisturbed.id}.safetensors"]
        assert not [path for path in store.blobs.root.rglob("*") if path.name.startswith(".")]
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 1)
    assert weights(store, done).tobytes() == weights(store, undisturbed).tobytes()
    assert len(store.jobs.history(done.id)["loss"]) == EPOCHS
    assert len(store.jobs.list(10)[0]) == 2


def test_a_store_that_may_only_be_read_accepts_nothing_and_lets_jobs_wait(
    service: RunningService,
) -> None:
    store = service.store
    ended(store, store.jobs.get(service.submit(epochs=5)["id"]))
    waiting = store.jobs.accept(job())
    service.room.mount("-o remount,ro")
    eventually(lambda: service.ask("POST", "/v1/jobs", to_json(job()))[0] == 503, what="503")
    assert service.ask("POST", PREDICT, POINTS)[0] == 200
    service.queue.submit(waiting.id)
    eventually(lambda: not service.queue.waiting(), what="a worker has taken it")
    assert store.jobs.get(waiting.id).status == "queued"
    service.room.mount("-o remount,rw")
    assert ended(store, waiting).status == "succeeded"


def is_fully_reported(service: RunningService, job_id: str) -> bool:
    progress = service.queue.progress(job_id)
    return progress is not None and progress.fraction == 1
