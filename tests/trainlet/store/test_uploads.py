from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainlet.datasets import Column, Detail, Profile, ReadingOptions
from trainlet.errors import (
    ConflictError,
    CorruptFileError,
    NotFoundError,
    TooLargeError,
    ValidationError,
)
from trainlet.store import Blobs, Store, Upload

DEFAULTS = ReadingOptions()
MATRIX = np.arange(6.0).reshape(3, 2)
DETAILS = (Detail(Column("a")), Detail(Column("b")))


def receive(store: Store, *chunks: bytes, most: int = 100, **about: Any) -> tuple[Upload, bool]:
    document: dict[str, Any] = {
        "name": "fruit",
        "media_type": "text/csv",
        "options": DEFAULTS,
    } | about
    return store.uploads.receive(chunks, most, **document)


def ready(store: Store, upload: Upload) -> None:
    attempt = store.uploads.background_tasks.claim(upload.id)
    assert attempt is not None
    draft = store.uploads.draft(upload.id, attempt)
    MATRIX.tofile(draft)
    store.uploads.finish(upload.id, Profile(3, DETAILS, ()), draft)


def left(store: Store) -> list[str]:
    """Every file there is of uploads."""
    root: Path = store.blobs.root
    folders = [root / name for name in ("datasets", "contents", "uploads", "profiling")]
    return [str(path) for folder in folders for path in folder.rglob("*")]


def data(store: Store) -> list[Path]:
    """The stored contents."""
    root: Path = store.blobs.root / "contents"
    return sorted(root.glob("*/data"))


def test_a_file_is_stored_under_the_hash_of_its_content(store: Store) -> None:
    upload, created = receive(store, b"a,b", b"\n1,2\n")
    assert created
    assert upload.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (upload.status, upload.bytes, upload.name) == ("profiling", 8, "fruit")
    assert store.uploads.content(upload.id).read_bytes() == b"a,b\n1,2\n"
    assert store.uploads.background_tasks.unsettled() == {upload.id}
    assert receive(store, b"a,b\n1,2\n") == (upload, False)


def test_the_same_content_with_other_options_is_another_dataset(store: Store) -> None:
    one, _ = receive(store, b"1,2")
    other, created = receive(store, b"1,2", options=ReadingOptions(header="true"))
    third, _ = receive(store, b"1,2", media_type="text/tab-separated-values")
    assert created
    assert len({one.id, other.id, third.id}) == 3
    assert {one.sha256, other.sha256, third.sha256} == {hashlib.sha256(b"1,2").hexdigest()}
    assert [path.read_bytes() for path in data(store)] == [b"1,2"]
    for upload in (one, other):
        store.uploads.delete(upload.id)
        assert store.uploads.content(third.id).read_bytes() == b"1,2"
    store.uploads.delete(third.id)
    assert left(store) == []


def test_the_order_of_columns_and_markers_makes_no_other_dataset(store: Store) -> None:
    columns: dict[str, Any] = {"a": "number", "b": "date"}
    options = ReadingOptions(columns=columns, missing=("?", "-"))
    upload, _ = receive(store, b"1,2", options=options)
    columns = {"b": "date", "a": "number"}
    same = ReadingOptions(columns=columns, missing=("-", "?", "-"))
    assert receive(store, b"1,2", options=same) == (upload, False)
    fewer = ReadingOptions(columns=columns, missing=())
    assert receive(store, b"1,2", options=fewer)[1]


@pytest.mark.parametrize("failed", [True, False])
def test_a_file_is_read_again_with_other_options(store: Store, *, failed: bool) -> None:
    upload, _ = receive(store, b"1,2")
    if failed:
        store.uploads.background_tasks.fail(upload.id, "row 7 is odd")
    options = ReadingOptions(decimal="comma")
    again, created = store.uploads.read_again(upload.id, options)
    assert created
    assert (again.sha256, again.options, again.status) == (upload.sha256, options, "profiling")
    assert store.uploads.background_tasks.unsettled() >= {again.id}
    assert store.uploads.read_again(upload.id, options) == (again, False)
    assert store.uploads.read_again(again.id, DEFAULTS)[0].id == upload.id
    assert receive(store, b"1,2", options=options) == (again, False)
    store.uploads.delete(upload.id)
    assert store.uploads.content(again.id).read_bytes() == b"1,2"
    with pytest.raises(NotFoundError):
        store.uploads.read_again(upload.id, options)


def before_step(monkeypatch: pytest.MonkeyPatch, step: int, act: Callable[[], object]) -> None:
    """Act before one of the next operations on the blobs."""
    left = iter([False] * (step - 1) + [True])

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if next(left, False):
                act()
            return real(*arguments)

        return call

    for name in ("delete", "create", "names", "delete_if_empty"):
        monkeypatch.setattr(Blobs, name, wrapped(getattr(Blobs, name)))


def test_an_upload_is_not_lost_to_a_deletion_of_the_same_content(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ReadingOptions(header="true")
    for step in range(1, 9):
        old, _ = receive(store, b"1,2")
        before_step(monkeypatch, step, lambda: receive(store, b"1,2", options=options))
        store.uploads.delete(old.id)
        monkeypatch.undo()
        new, _ = receive(store, b"1,2", options=options)
        assert store.uploads.content(new.id).read_bytes() == b"1,2", step
        store.uploads.delete(new.id)
        assert left(store) == [], step


def test_uploads_and_deletions_at_once_lose_nothing(store: Store) -> None:
    options = [ReadingOptions(header="true"), ReadingOptions(decimal="comma")]

    def bring(worker: int) -> None:
        for turn in range(20):
            mine = options[(worker + turn) % 2]
            upload, _ = receive(store, b"1,2", options=mine)
            with suppress(NotFoundError):
                assert store.uploads.content(upload.id).read_bytes() == b"1,2"
            with suppress(NotFoundError):
                store.uploads.delete(upload.id)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(bring, range(4)))
    kept, _ = receive(store, b"1,2")
    assert store.uploads.content(kept.id).read_bytes() == b"1,2"
    store.uploads.delete(kept.id)
    assert data(store) == []


def test_uploads_of_one_file_at_once_store_it_once(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: receive(store, b"1,2"), range(8)))
    assert len({upload.id for upload, _ in results}) == 1
    assert [created for _, created in results].count(True) == 1
    assert len(data(store)) == 1
    store.uploads.delete(results[0][0].id)
    assert left(store) == []


def broken() -> Iterator[bytes]:
    yield b"1,2"
    raise BrokenPipeError


def test_what_is_too_large_empty_or_cut_off_leaves_nothing_after(store: Store) -> None:
    with pytest.raises(TooLargeError, match="5 bytes"):
        receive(store, b"1234", b"56", most=5)
    with pytest.raises(ValidationError, match="empty"):
        receive(store)
    with pytest.raises(BrokenPipeError):
        store.uploads.receive(broken(), 100, "", "text/csv", DEFAULTS)
    assert left(store) == []


def test_what_was_read_is_a_table(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    with pytest.raises(ConflictError, match="is still being read"):
        store.datasets.read(upload.id)
    ready(store, upload)
    result = store.datasets.read(upload.id)
    assert isinstance(result, tuple)
    table, description = result
    assert (table.inputs.all() == MATRIX).all()
    assert (description.rows, description.columns) == (3, ("a", "b"))
    assert store.uploads.get(upload.id).status == "ready"
    assert store.uploads.background_tasks.unsettled() == set()
    assert store.uploads.background_tasks.claim(upload.id) is None


def test_why_a_file_cannot_be_used_is_kept(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    store.uploads.background_tasks.fail(upload.id, "row 7 is odd")
    kept = store.uploads.get(upload.id)
    assert (kept.status, kept.error) == ("failed", "row 7 is odd")
    with pytest.raises(ConflictError, match="row 7 is odd"):
        store.datasets.read(upload.id)
    assert store.uploads.background_tasks.unsettled() == set()


def test_the_first_word_about_a_file_stays(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    store.uploads.background_tasks.fail(upload.id, "too late")
    assert store.uploads.get(upload.id).status == "ready"


def test_workers_that_die_again_and_again_end_it(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    assert [store.uploads.background_tasks.claim(upload.id) for _ in range(3)] == [1, 2, 3]
    assert store.uploads.background_tasks.claim(upload.id) is None
    assert "crashed 3 times" in (store.uploads.get(upload.id).error or "")


def test_an_attempt_handed_back_does_not_count(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    for attempt in range(1, 6):
        assert store.uploads.background_tasks.claim(upload.id) == attempt
        store.uploads.background_tasks.hand_back(upload.id, attempt)
    assert store.uploads.get(upload.id).status == "profiling"


def test_what_is_deleted_is_gone_but_for_those_who_read_it(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    result = store.datasets.read(upload.id)
    assert isinstance(result, tuple)
    store.uploads.delete(upload.id)
    assert left(store) == []
    assert (result[0].inputs.all() == MATRIX).all()
    for gone in (store.uploads.get, store.uploads.delete, store.datasets.read):
        with pytest.raises(NotFoundError):
            gone(upload.id)
    store.uploads.background_tasks.fail(upload.id, "too late")
    assert left(store) == []


def test_numbers_that_are_not_what_was_stored_are_not_used(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    with store.blobs.root.joinpath(f"uploads/{upload.id}/numbers").open("ab") as file:
        file.write(b"x")
    with pytest.raises(CorruptFileError):
        store.datasets.read(upload.id)


def test_files_are_listed_newest_first_in_pages(store: Store) -> None:
    ids = [receive(store, str(number).encode())[0].id for number in range(5)]
    results: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page, cursor = store.uploads.list(2, cursor)
        results += [upload.id for upload in page]
    assert cursor is None
    assert sorted(results) == sorted(ids)


@pytest.mark.parametrize("name", ["", "x", "0" * 64, "../jobs"])
def test_unknown_files_are_reported(store: Store, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.uploads.get(name)
