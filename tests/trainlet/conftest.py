"""The real API in this process, for HTTP clients."""

from __future__ import annotations

from threading import Event

import httpx
import pytest
from flask import Flask

from service.app import configure, routes
from tests.valkey import Valkey
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store


@pytest.fixture(scope="session")
def routed_app() -> Flask:
    """Return the views, created once for all tests because this is slow."""
    return routes()


@pytest.fixture
def api(routed_app: Flask, valkey: Valkey, store: Store) -> httpx.WSGITransport:
    settings = Settings(
        redis_url=valkey.url,
        blob_url=store.blobs.root.as_uri(),
        max_points=10_000,
        allowed_hosts="*",
    )
    queue = Queue(connect(settings.queue_url), settings.max_queued)
    configure(routed_app, settings, store, queue, Event())
    return httpx.WSGITransport(app=routed_app)
