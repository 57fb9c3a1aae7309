from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainlet.datasets import Column, Detail, Profile
from trainlet.errors import Conflict, Corrupt, Invalid, NotFound, TooLarge
from trainlet.store import Store, Upload

FORM: dict[str, Any] = {"header": "auto"}
MATRIX = np.arange(6.0).reshape(3, 2)
DETAILS = (Detail(Column("a")), Detail(Column("b")))


def receive(store: Store, *chunks: bytes, most: int = 100, **about: Any) -> tuple[Upload, bool]:
    told = {"name": "fruit", "media_type": "text/csv", "form": FORM} | about
    return store.uploads.receive(chunks, most, **told)


def ready(store: Store, upload: Upload) -> None:
    attempt = store.uploads.errands.claim(upload.id)
    assert attempt is not None
    draft = store.uploads.draft(upload.id, attempt)
    MATRIX.tofile(draft)
    store.uploads.finish(upload.id, Profile(3, DETAILS, ()), draft)


def left(store: Store) -> list[str]:
    """Every file there is of uploads."""
    root: Path = store.blobs.root
    folders = [root / name for name in ("datasets", "uploads", "profiling")]
    return [str(path) for folder in folders for path in folder.rglob("*")]


def test_a_file_goes_by_the_hash_of_its_content(store: Store) -> None:
    upload, created = receive(store, b"a,b", b"\n1,2\n")
    assert created
    assert upload.id == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (upload.status, upload.bytes, upload.name) == ("profiling", 8, "fruit")
    assert store.uploads.content(upload.id).read_bytes() == b"a,b\n1,2\n"
    assert store.uploads.errands.unsettled() == {upload.id}
    assert receive(store, b"a,b\n1,2\n") == (upload, False)


def test_the_same_content_read_in_another_way_is_a_conflict(store: Store) -> None:
    receive(store, b"1,2")
    with pytest.raises(Conflict, match="another way"):
        receive(store, b"1,2", form={"header": "true"})


def broken() -> Iterator[bytes]:
    yield b"1,2"
    raise BrokenPipeError


def test_what_is_too_large_empty_or_cut_off_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(TooLarge, match="5 bytes"):
        receive(store, b"1234", b"56", most=5)
    with pytest.raises(Invalid, match="empty"):
        receive(store)
    with pytest.raises(BrokenPipeError):
        store.uploads.receive(broken(), 100, "", "text/csv", FORM)
    assert left(store) == []


def test_what_was_read_is_a_table(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    with pytest.raises(Conflict, match="is being read"):
        store.datasets.read(upload.id)
    ready(store, upload)
    found = store.datasets.read(upload.id)
    assert isinstance(found, tuple)
    table, description = found
    assert (table.inputs.all() == MATRIX).all()
    assert (description.rows, description.columns) == (3, ("a", "b"))
    assert store.uploads.get(upload.id).status == "ready"
    assert store.uploads.errands.unsettled() == set()
    assert store.uploads.errands.claim(upload.id) is None


def test_why_a_file_cannot_be_used_is_kept(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    store.uploads.errands.fail(upload.id, "row 7 is odd")
    kept = store.uploads.get(upload.id)
    assert (kept.status, kept.error) == ("failed", "row 7 is odd")
    with pytest.raises(Conflict, match="row 7 is odd"):
        store.datasets.read(upload.id)
    assert store.uploads.errands.unsettled() == set()


def test_the_first_word_about_a_file_stays(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    store.uploads.errands.fail(upload.id, "too late")
    assert store.uploads.get(upload.id).status == "ready"


def test_workers_that_die_again_and_again_end_it(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    assert [store.uploads.errands.claim(upload.id) for _ in range(3)] == [1, 2, 3]
    assert store.uploads.errands.claim(upload.id) is None
    assert "died 3 times" in (store.uploads.get(upload.id).error or "")


def test_an_attempt_handed_back_does_not_count(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    for attempt in range(1, 6):
        assert store.uploads.errands.claim(upload.id) == attempt
        store.uploads.errands.hand_back(upload.id, attempt)
    assert store.uploads.get(upload.id).status == "profiling"


def test_what_is_deleted_is_gone_but_for_those_who_read_it(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    found = store.datasets.read(upload.id)
    assert isinstance(found, tuple)
    store.uploads.delete(upload.id)
    assert left(store) == []
    assert (found[0].inputs.all() == MATRIX).all()
    for gone in (store.uploads.get, store.uploads.delete, store.datasets.read):
        with pytest.raises(NotFound):
            gone(upload.id)
    store.uploads.errands.fail(upload.id, "too late")
    assert left(store) == []


def test_numbers_that_are_not_what_was_stored_are_not_used(store: Store) -> None:
    upload, _ = receive(store, b"a,b")
    ready(store, upload)
    with store.blobs.root.joinpath(f"uploads/{upload.id}/numbers").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Corrupt):
        store.datasets.read(upload.id)


def test_files_are_listed_newest_first_in_pages(store: Store) -> None:
    ids = [receive(store, str(number).encode())[0].id for number in range(5)]
    found: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page, cursor = store.uploads.list(2, cursor)
        found += [upload.id for upload in page]
    assert cursor is None
    assert sorted(found) == sorted(ids)


@pytest.mark.parametrize("name", ["", "x", "0" * 64, "../jobs"])
def test_unknown_files_are_told(store: Store, name: str) -> None:
    with pytest.raises(NotFound):
        store.uploads.get(name)
