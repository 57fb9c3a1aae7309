"""What every test can ask for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.valkey import Valkey
from trainlet.store import Store


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    """A server for the whole session; take `valkey` to have it empty."""
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        yield valkey
        valkey.kill()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    valkey_server.redis.flushall()
    return valkey_server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "blobs").as_uri())
