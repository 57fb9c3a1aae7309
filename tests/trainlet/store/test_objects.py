"""Blobs in an object store do what blobs in files do; here it is one in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from obstore.store import MemoryStore

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.store.test_models import publish
from tests.worker.here import work
from tests.worker.specs import job
from trainlet.errors import Invalid, NotFound, Unavailable
from trainlet.store import Sight, Store
from trainlet.store.objects import Objects
from trainlet.store.places import open_blobs

TINY = timedelta(milliseconds=300)
AWAY = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ALLOW_HTTP": "true",
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_REGION": "here",
}


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    objects = Objects("memory:///", tmp_path / "kept", MemoryStore())
    objects.make_folder("things")
    return objects


@pytest.fixture
def remote(objects: Objects) -> Store:
    return Store(objects)


def test_what_is_created_can_be_read_in_part_too_and_stays(objects: Objects) -> None:
    assert objects.create("things/one", b"0123456789")
    assert not objects.create("things/one", b"other")
    assert objects.read("things/one") == b"0123456789"
    assert objects.read("things/one", 2, 5) == b"234"
    assert objects.read("things/one", 8, 2**62) == b"89"
    assert objects.read("things/one", 10, 20) == b""
    assert objects.size("things/one") == 10
    assert objects.exists("things/one")
    assert objects.names("things") == ["one"]
    objects.delete("things/one")
    objects.delete("things/one")
    assert objects.names("things") == []
    for gone in (objects.read, objects.size, objects.written_at, objects.local):
        with pytest.raises(NotFound):
            gone("things/one")


def test_of_many_who_create_one_key_one_succeeds(objects: Objects) -> None:
    won: list[int] = []

    def create(number: int) -> None:
        if objects.create("things/one", b"%d" % number):
            won.append(number)

    threads = [Thread(target=create, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert objects.read("things/one") == b"%d" % won[0]
    assert len(won) == 1


@pytest.mark.parametrize("key", ["", "/", "../a", "A", "a//b", "a/.folder", "a" * 201])
def test_what_could_be_no_key_is_none(objects: Objects, key: str) -> None:
    with pytest.raises(NotFound):
        objects.create(key, b"")
    with pytest.raises(NotFound):
        objects.exists(key)


def test_nothing_comes_into_a_folder_that_is_not_there(objects: Objects) -> None:
    with pytest.raises(NotFound):
        objects.create("things/deep/one", b"")
    objects.make_folder("things/deep")
    assert objects.create("things/deep/one", b"")
    assert objects.names("things") == ["deep"]
    assert objects.names("things/deep") == ["one"]
    objects.delete_folder("things/deep")
    assert objects.names("things") == []
    with pytest.raises(NotFound):
        objects.create("things/deep/one", b"")


def test_a_folder_tells_that_its_names_have_changed(objects: Objects) -> None:
    seen = {objects.changed_at("things")}
    for change in (
        lambda: objects.create("things/one", b""),
        lambda: objects.create("things/two", b""),
        lambda: objects.delete("things/one"),
    ):
        change()
        assert objects.changed_at("things") not in seen
        seen.add(objects.changed_at("things"))


def test_a_file_is_kept_here_and_fetched_anew_if_it_is_another_one(objects: Objects) -> None:
    objects.create("things/one", b"first")
    path = objects.local("things/one")
    assert (path.read_bytes(), objects.local("things/one")) == (b"first", path)
    objects.delete("things/one")
    objects.create("things/one", b"the second")
    assert objects.local("things/one").read_bytes() == b"the second"


def test_only_so_many_files_are_kept_here(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.objects.MOST_KEPT", 2)
    for name in ("one", "two", "three"):
        objects.create(f"things/{name}", name.encode())
        objects.local(f"things/{name}")
    assert len(list(objects._kept.iterdir())) == 2


def test_what_is_written_piece_by_piece_is_there_once_it_is_kept(objects: Objects) -> None:
    with objects.new_file("things") as file:
        file.write(b"one")
        file.write(b"two")
        assert objects.names("things") == []
        assert file.keep("things/both")
        assert not file.keep("things/both")
    with objects.new_file("things") as file:
        file.write(b"left")
    assert objects.names("things") == ["both"]
    assert objects.read("things/both") == b"onetwo"
    draft = objects.draft("things", "numbers-1")
    draft.write_bytes(b"numbers")
    objects.adopt(draft, "things/numbers")
    assert objects.read("things/numbers") == b"numbers"
    assert list(objects._kept.iterdir()) == []


def test_whoever_waits_for_a_lock_waits_for_what_it_was_created_for(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.objects.LOCKED", 0.0)
    with objects.batch() as batch:
        first = batch.create_locked("things/one", b"")
        assert batch.create_locked("things/one", b"") is None
    for descriptor in (first, objects.lock("things/one")):
        os.close(descriptor)
    assert objects.is_locked("things/one")
    with pytest.raises(NotFound):
        objects.lock("things/two")


def test_a_job_is_trained_and_its_model_served_from_there(remote: Store) -> None:
    done = work(remote, circles(record={"every": 1}))
    assert done.status == "succeeded"
    assert remote.models.newest("circles") == 1
    assert remote.models.load("circles").job == done.id
    assert len(remote.snapshots.epochs(done.id)) == 2
    assert remote.attempts.unsettled() == []
    assert remote.blobs.names("checkpoints") == []
    again = train(remote, line())
    assert remote.jobs.get(again.id).status == "succeeded"
    remote.models.delete("circles", 1)
    with pytest.raises(NotFound):
        remote.models.newest("circles")
    remote.jobs.delete(done.id)
    assert [each.id for each in remote.jobs.list(10)[0]] == [again.id]


def test_weights_are_the_same_wherever_they_are_kept(remote: Store, store: Store) -> None:
    there, here = work(remote, circles()), work(store, circles())
    assert there.sha256 == sha256(remote.models.weights("circles")).hexdigest()
    assert (
        remote.models.load("circles").parameters == store.models.load("circles").parameters
    ).all()
    assert here.metrics == there.metrics


def test_owners_idempotency_and_uploads_work_there_too(remote: Store) -> None:
    blue = remote.seen_by(Sight("blue"))
    publish(blue)
    assert blue.models.newest("circles") == 1
    with remote.keys.hold("a key", "0" * 32, "a body") as kept:
        assert kept.job == "0" * 32
    upload, created = remote.uploads.receive([b"a,b\n", b"1,2\n"], 100, "x", "text/csv", {})
    assert created
    assert remote.uploads.content(upload.id).read_bytes() == b"a,b\n1,2\n"
    _, key = remote.grants.create("ci", ["read"])
    assert remote.grants.check(key)
    remote.uploads.delete(upload.id)
    assert remote.uploads.list(10) == ([], None)


def test_a_late_worker_finds_no_room_for_its_checkpoint(remote: Store) -> None:
    accepted = remote.jobs.accept(job())
    remote.checkpoints.close(accepted.id)
    with pytest.raises(NotFound):
        remote.checkpoints.save(accepted.id, 5, {}, {})


@pytest.mark.parametrize("url", ["s3://", "s3://bucket/with?query=1#x"])
def test_what_leads_to_no_bucket_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises((Invalid, Unavailable)):
        open_blobs(url, tmp_path).check("jobs")


def test_a_store_that_is_away_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.objects.PATIENCE", TINY)
    for name, value in AWAY.items():
        monkeypatch.setenv(name, value)
    away = open_blobs("s3://bucket", tmp_path)
    calls: list[Callable[[], object]] = [
        lambda: away.names("jobs"),
        lambda: away.create("jobs/one", b""),
        lambda: away.read("jobs/one"),
    ]
    for call in calls:
        with pytest.raises(Unavailable, match="the blob store fails"):
            call()
