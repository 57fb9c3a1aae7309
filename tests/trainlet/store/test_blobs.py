from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import eventually
from trainlet.errors import ServiceUnavailableError, ValidationError
from trainlet.store import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    blobs = Blobs((tmp_path / "with space").as_uri())
    blobs.make_folder("things")
    return blobs


def _all_names(blobs: Blobs) -> list[str]:
    """Hidden ones too, which `names` leaves out."""
    return [path.name for path in blobs.root.joinpath("things").iterdir()]


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


@pytest.mark.parametrize("url", ["s3://bucket/x", "file://host/x", "/var/lib", "file:relative", ""])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="file:///an/absolute/path"):
        Blobs(url)


def test_a_failing_file_system_is_reported(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ServiceUnavailableError, match="No space left"):
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


def test_a_new_file_can_be_kept_again_after_its_name_was_deleted(blobs: Blobs) -> None:
    blobs.make_folder("a")
    with blobs.new_file("a") as file:
        file.write(b"1,2")
        for _ in range(3):
            assert file.keep("a/data")
            assert blobs.read("a/data") == b"1,2"
            blobs.delete("a/data")
