"""The app with a real store and a real queue, and models without workers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import configure, routes
from tests.service import training
from tests.valkey import Valkey
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Job, Store

Train = Callable[[dict[str, Any]], Job]


@pytest.fixture
def settings(valkey: Valkey, store: Store) -> Settings:
    return Settings(
        redis_url=valkey.url,
        blob_url=store.blobs.root.as_uri(),
        threads=4,
        max_points=1000,
        max_body_bytes=100_000,
        max_queued=3,
        max_streams=3,
    )


@pytest.fixture
def queue(settings: Settings) -> Queue:
    return Queue(connect(settings.queue_url), settings.max_queued)


@pytest.fixture
def stopping() -> Event:
    return Event()


@pytest.fixture(scope="session")
def routed_app() -> Flask:
    """Return the views, created once for all tests because this is slow."""
    return routes()


@pytest.fixture
def app(
    routed_app: Flask, settings: Settings, store: Store, queue: Queue, stopping: Event
) -> Flask:
    configure(routed_app, settings, store, queue, stopping)
    return routed_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def train(store: Store) -> Train:
    return partial(training.train, store)
