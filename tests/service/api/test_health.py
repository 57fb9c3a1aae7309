"""Health checks, also without Redis."""

from __future__ import annotations

import shutil

from flask.testing import FlaskClient

from tests.valkey import Valkey
from trainlet import __version__
from trainlet.queue import Queue
from trainlet.store import Store


def test_the_process_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_it_is_ready_and_counts_workers(client: FlaskClient, queue: Queue) -> None:
    queue.greet("a worker")
    assert client.get("/readyz").get_json() == {
        "status": "ok",
        "redis": True,
        "workers": 1,
        "version": __version__,
    }


def test_it_is_ready_without_redis_but_states_so(client: FlaskClient, valkey: Valkey) -> None:
    valkey.kill()
    try:
        response = client.get("/readyz")
    finally:
        valkey.start()
    assert response.status_code == 200
    assert (response.get_json()["redis"], response.get_json()["workers"]) == (False, None)


def test_it_is_not_ready_without_its_blobs(client: FlaskClient, store: Store) -> None:
    shutil.rmtree(store.blobs.root)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200
