from __future__ import annotations

import hashlib

import pytest

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import Store


def test_content_goes_by_its_hash(store: Store) -> None:
    name = store.datasets.put(b"1,2,3")
    assert name == hashlib.sha256(b"1,2,3").hexdigest()
    assert store.datasets.put(b"1,2,3") == name
    assert store.datasets.read(name) == b"1,2,3"


@pytest.mark.parametrize("name", ["", "x", "0" * 64, "../jobs"])
def test_unknown_content_is_reported(store: Store, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.datasets.read(name)


def test_changed_content_is_never_handed_out(store: Store) -> None:
    name = store.datasets.put(b"1,2,3")
    store.blobs.root.joinpath(f"datasets/{name}").write_bytes(b"1,2,4")
    with pytest.raises(CorruptFileError):
        store.datasets.read(name)
