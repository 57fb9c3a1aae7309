from __future__ import annotations

import hashlib

import pytest

from trainlet.errors import Corrupt, NotFound
from trainlet.store import Store


def test_content_goes_by_its_hash(store: Store) -> None:
    id = store.datasets.put(b"1,2,3")
    assert id == hashlib.sha256(b"1,2,3").hexdigest()
    assert store.datasets.put(b"1,2,3") == id
    assert store.datasets.read(id) == b"1,2,3"


@pytest.mark.parametrize("id", ["", "x", "0" * 64, "../jobs"])
def test_unknown_content_is_told(store: Store, id: str) -> None:
    with pytest.raises(NotFound):
        store.datasets.read(id)


def test_changed_content_is_never_handed_out(store: Store) -> None:
    id = store.datasets.put(b"1,2,3")
    store.blobs.path(f"datasets/{id}").write_bytes(b"1,2,4")
    with pytest.raises(Corrupt):
        store.datasets.read(id)
