from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.eventually import eventually
from trainlet.errors import Invalid, NotFound, Unavailable
from trainlet.store import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    blobs = Blobs((tmp_path / "with space").as_uri())
    blobs.make_folder("things")
    return blobs


def _all_names(blobs: Blobs) -> list[str]:
    """Hidden ones too, which `names` leaves out."""
    return [path.name for path in blobs.path("things").iterdir()]


def test_what_is_created_can_be_read(blobs: Blobs) -> None:
    assert blobs.create("things/one", b"first")
    assert blobs.read("things/one") == b"first"
    assert blobs.exists("things/one")
    assert blobs.size("things/one") == 5


def test_a_part_can_be_read_even_beyond_the_end(blobs: Blobs) -> None:
    blobs.create("things/one", b"0123456789")
    assert blobs.read("things/one", 2, 5) == b"234"
    assert blobs.read("things/one", 8, 2**62) == b"89"


def test_what_exists_stays_as_it_is(blobs: Blobs) -> None:
    blobs.create("things/one", b"first")
    assert not blobs.create("things/one", b"second")
    assert blobs.read("things/one") == b"first"


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


def test_nothing_is_left_beside_what_was_created(blobs: Blobs) -> None:
    blobs.create("things/one", b"first")
    blobs.create("things/one", b"second")
    assert _all_names(blobs) == ["one"]


def test_a_file_system_without_nameless_files_serves_as_well(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def refuse(path: Any, flags: int, mode: int = 0o777, **options: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        return really_open(path, flags, mode, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert blobs.create("things/one", b"first")
    assert not blobs.create("things/one", b"second")
    assert blobs.read("things/one") == b"first"
    assert _all_names(blobs) == ["one"]


def test_a_key_in_a_folder_that_does_not_exist_cannot_be_created(blobs: Blobs) -> None:
    with pytest.raises(NotFound):
        blobs.create("gone/one", b"")


def test_names_of_a_folder(blobs: Blobs) -> None:
    blobs.create("things/one", b"")
    blobs.create("things/two", b"")
    assert sorted(blobs.names("things")) == ["one", "two"]
    assert blobs.names("gone") == []


def test_deleting(blobs: Blobs) -> None:
    blobs.create("things/one", b"")
    blobs.delete("things/one")
    blobs.delete("things/one")
    with pytest.raises(NotFound):
        blobs.read("things/one")
    blobs.create("things/two", b"")
    blobs.delete_folder("things")
    blobs.delete_folder("things")
    with pytest.raises(NotFound):
        blobs.create("things/three", b"")


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "things/../../x", "things/./x", "..", "a//b", "things/é", "x" * 300]
)
def test_keys_cannot_leave_the_store(blobs: Blobs, key: str) -> None:
    with pytest.raises(NotFound):
        blobs.read(key)
    with pytest.raises(NotFound):
        blobs.create(key, b"")


@pytest.mark.parametrize("url", ["s3://bucket/x", "file://host/x", "/var/lib", "file:relative", ""])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(Invalid, match="file:///an/absolute/path"):
        Blobs(url)


def test_a_failing_file_system_is_told(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        blobs.create("things/one", b"first")
    assert blobs.names("things") == []


def _create_and_stay(blobs: Blobs) -> None:
    blobs.create_locked("things/one", b"")
    multiprocessing.Event().wait()


def test_a_lock_lasts_as_long_as_its_process(blobs: Blobs) -> None:
    process = multiprocessing.get_context("fork").Process(target=_create_and_stay, args=(blobs,))
    process.start()
    eventually(lambda: blobs.exists("things/one"))
    assert blobs.is_locked("things/one")
    process.kill()
    process.join()
    assert not blobs.is_locked("things/one")


def test_the_lock_is_there_as_soon_as_the_name(blobs: Blobs) -> None:
    descriptor = blobs.create_locked("things/one", b"")
    assert descriptor is not None
    assert blobs.is_locked("things/one")
    assert blobs.create_locked("things/one", b"") is None
    os.close(descriptor)
    assert not blobs.is_locked("things/one")
