"""The real API in this process, for those who speak HTTP with it."""

from __future__ import annotations

from threading import Event

import httpx
import pytest

from service.app import create_app
from tests.valkey import Valkey
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store


@pytest.fixture
def api(valkey: Valkey, store: Store) -> httpx.WSGITransport:
    settings = Settings(
        redis_url=valkey.url, blob_url=store.blobs.root.as_uri(), max_points=10_000, hosts="*"
    )
    queue = Queue(connect(settings.queue_url), settings.max_queued)
    return httpx.WSGITransport(app=create_app(settings, store, queue, Event()))
