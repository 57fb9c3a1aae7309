from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.valkey import Valkey
from tests.worker import dawdling
from tests.worker.processes import Workers
from trainlet.queue import Queue, connect
from trainlet.store import Store


@pytest.fixture
def queue(valkey: Valkey) -> Queue:
    return Queue(connect(valkey.url))


@pytest.fixture
def workers(valkey: Valkey, store: Store) -> Iterator[Workers]:
    workers = Workers(valkey.url, store.blobs.root.as_uri())
    yield workers
    workers.kill_all()


@pytest.fixture
def dawdlers(valkey: Valkey, store: Store) -> Iterator[Workers]:
    """Return workers whose jobs last long enough to be observed and disturbed."""
    dawdlers = Workers(valkey.url, store.blobs.root.as_uri(), dawdling.main)
    yield dawdlers
    dawdlers.kill_all()
