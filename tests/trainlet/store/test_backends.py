"""Common behavior of all blob backends: files, and an object store in memory."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest
from obstore.store import MemoryStore

from trainlet.errors import NotFoundError
from trainlet.store import Blobs
from trainlet.store.objects import Objects


@pytest.fixture(params=["files", "objects"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "files":
        blobs = Blobs((tmp_path / "with space").as_uri())
    else:
        blobs = Objects("memory:///", tmp_path / "kept", MemoryStore())
    blobs.make_folder("things")
    return blobs


def test_what_is_created_can_be_read_and_stays_as_it_is(blobs: Blobs) -> None:
    assert blobs.create("things/one", b"first")
    assert not blobs.create("things/one", b"second")
    assert blobs.read("things/one") == b"first"
    assert blobs.exists("things/one")
    assert blobs.size("things/one") == 5


def test_a_part_can_be_read_even_beyond_the_end(blobs: Blobs) -> None:
    blobs.create("things/one", b"0123456789")
    assert blobs.read("things/one", 2, 5) == b"234"
    assert blobs.read("things/one", 8, 2**62) == b"89"
    assert blobs.read("things/one", 10, 20) == b""


def test_of_many_who_create_one_key_one_succeeds(blobs: Blobs) -> None:
    won: list[int] = []

    def create(number: int) -> None:
        if blobs.create("things/one", b"%d" % number):
            won.append(number)

    threads = [Thread(target=create, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert blobs.read("things/one") == b"%d" % won[0]


def test_names_of_a_folder(blobs: Blobs) -> None:
    blobs.create("things/one", b"")
    blobs.create("things/two", b"")
    blobs.make_folder("things/deep")
    assert sorted(blobs.names("things")) == ["deep", "one", "two"]
    assert blobs.names("gone") == []


def test_nothing_comes_into_a_folder_that_is_not_there(blobs: Blobs) -> None:
    with pytest.raises(NotFoundError):
        blobs.create("things/deep/one", b"")
    blobs.make_folder("things/deep")
    assert blobs.create("things/deep/one", b"")
    for _ in range(2):
        blobs.delete_folder("things/deep")
    assert blobs.names("things") == []
    with pytest.raises(NotFoundError):
        blobs.create("things/deep/one", b"")


def test_what_is_deleted_is_gone(blobs: Blobs) -> None:
    blobs.create("things/one", b"")
    for _ in range(2):
        blobs.delete("things/one")
    assert not blobs.exists("things/one")
    assert blobs.names("things") == []
    for gone in (blobs.read, blobs.size, blobs.written_at, blobs.local, blobs.lock):
        with pytest.raises(NotFoundError):
            gone("things/one")


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/etc/passwd", "things/../../x", "things/./x", "..", "A", "a//b"),
        *("a/.folder", "things/é", "x" * 201),
    ],
)
def test_what_could_be_no_key_is_none(blobs: Blobs, key: str) -> None:
    for ask in (blobs.read, blobs.exists, blobs.local):
        with pytest.raises(NotFoundError):
            ask(key)
    with pytest.raises(NotFoundError):
        blobs.create(key, b"")


def test_what_is_written_piece_by_piece_is_there_once_it_is_kept(blobs: Blobs) -> None:
    with blobs.new_file("things") as file:
        file.write(b"one")
        file.write(b"two")
        assert blobs.names("things") == []
        assert file.keep("things/both")
        assert not file.keep("things/both")
    with blobs.new_file("things") as file:
        file.write(b"left")
    draft = blobs.draft("things", "numbers-1")
    draft.write_bytes(b"numbers")
    blobs.adopt(draft, "things/numbers")
    assert sorted(blobs.names("things")) == ["both", "numbers"]
    assert blobs.read("things/both") == b"onetwo"
    assert blobs.local("things/numbers").read_bytes() == b"numbers"


def test_a_key_counts_as_locked_as_soon_as_it_is_there(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.objects.LOCKED", 0.0)
    with blobs.batch() as batch:
        descriptor = batch.create_locked("things/one", b"")
        assert descriptor is not None
        assert batch.create_locked("things/one", b"") is None
    assert blobs.is_locked("things/one")
    os.close(descriptor)
    os.close(blobs.lock("things/one"))
