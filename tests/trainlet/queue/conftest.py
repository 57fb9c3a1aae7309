from __future__ import annotations

import pytest

from tests.valkey import Valkey
from trainlet.queue import Queue, connect


@pytest.fixture
def queue(valkey: Valkey) -> Queue:
    return Queue(connect(valkey.url))
