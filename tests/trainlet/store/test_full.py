"""A full store keeps existing records intact and creates no partial ones."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
from pathlib import Path

import pytest

from tests.worker.specs import job
from trainlet.errors import ServiceUnavailableError, StoreFullError
from trainlet.store import Store


def files(store: Store) -> set[Path]:
    return {path for path in store.blobs.root.rglob("*") if path.is_file()}


def _write_too_much(root: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        Store(root).blobs.create("datasets/large", b"x" * 10_000)
    except StoreFullError:
        os._exit(7)


def test_a_file_that_does_not_fit_leaves_nothing(store: Store) -> None:
    """The system lets a process write the first 4096 bytes and no more, as a full disk does."""
    before = files(store)
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_write_too_much, args=(store.blobs.root.as_uri(),))
    process.start()
    process.join(30)
    assert process.exitcode == 7
    assert files(store) == before


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EROFS, ServiceUnavailableError),
    ],
)
def test_a_job_that_cannot_be_stored_is_not_accepted(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, error: type[ServiceUnavailableError]
) -> None:
    kept = store.jobs.accept(job())

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("trainlet.store.durable_files.os.fsync", fail)
    with pytest.raises(error) as raised:
        store.jobs.accept(job())
    assert isinstance(raised.value, StoreFullError) is (error is StoreFullError)
    monkeypatch.undo()
    assert [each.id for each in store.jobs.list(10)[0]] == [kept.id]
    assert not [path for path in files(store) if path.name.startswith(".")]
