"""Blobs in an object store in memory; test_backends has the common behavior."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.store.test_models import publish
from tests.worker.here import work
from tests.worker.specs import job
from trainlet.datasets import ReadingOptions
from trainlet.errors import NotFoundError, ServiceUnavailableError, ValidationError
from trainlet.store import Store, TenantView
from trainlet.store.backends import open_blobs
from trainlet.store.objects import Objects

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


def test_a_folder_reports_that_its_names_have_changed(objects: Objects) -> None:
    actual = {objects.changed_at("things")}
    for change in (
        lambda: objects.create("things/one", b""),
        lambda: objects.create("things/two", b""),
        lambda: objects.delete("things/one"),
    ):
        change()
        assert objects.changed_at("things") not in actual
        actual.add(objects.changed_at("things"))


def test_a_file_is_kept_here_and_fetched_again_if_it_is_another_one(objects: Objects) -> None:
    objects.create("things/one", b"first")
    path = objects.local("things/one")
    assert (path.read_bytes(), objects.local("things/one")) == (b"first", path)
    objects.delete("things/one")
    objects.create("things/one", b"the second")
    assert objects.local("things/one").read_bytes() == b"the second"


def test_only_so_many_files_are_kept_here(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.copies.MAX_COPIES", 2)
    for name in ("one", "two", "three"):
        objects.create(f"things/{name}", name.encode())
        objects.local(f"things/{name}")
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_nothing_stays_here_of_what_was_written_piece_by_piece(
    objects: Objects, tmp_path: Path
) -> None:
    with objects.new_file("things") as file:
        file.write(b"one")
        assert file.keep("things/one")
    with objects.new_file("things") as file:
        file.write(b"left")
    draft = objects.draft("things", "numbers-1")
    draft.write_bytes(b"numbers")
    objects.adopt(draft, "things/numbers")
    assert list((tmp_path / "kept").iterdir()) == []


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
    with pytest.raises(NotFoundError):
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
    blue = remote.for_tenant(TenantView("blue"))
    publish(blue)
    assert blue.models.newest("circles") == 1
    with remote.keys.hold("a key", "0" * 32, "a body") as kept:
        assert kept.job == "0" * 32
    upload, created = remote.uploads.receive(
        [b"a,b\n", b"1,2\n"], 100, "x", "text/csv", ReadingOptions()
    )
    assert created
    assert remote.uploads.content(upload.id).read_bytes() == b"a,b\n1,2\n"
    _, key = remote.api_keys.create("ci", ["read"])
    assert remote.api_keys.check(key)
    remote.uploads.delete(upload.id)
    assert remote.uploads.list(10) == ([], None)


def test_a_late_worker_finds_no_room_for_its_checkpoint(remote: Store) -> None:
    accepted = remote.jobs.accept(job())
    remote.checkpoints.close(accepted.id)
    with pytest.raises(NotFoundError):
        remote.checkpoints.save(accepted.id, 5, {}, {})


@pytest.mark.parametrize("url", ["s3://", "s3://bucket/with?query=1#x"])
def test_what_leads_to_no_bucket_is_reported(url: str, tmp_path: Path) -> None:
    with pytest.raises((ValidationError, ServiceUnavailableError)):
        open_blobs(url, tmp_path).check("jobs")


def test_a_store_that_is_away_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.store.objects.LOCK_TIMEOUT", TINY)
    for name, value in AWAY.items():
        monkeypatch.setenv(name, value)
    away = open_blobs("s3://bucket", tmp_path)
    calls: list[Callable[[], object]] = [
        lambda: away.names("jobs"),
        lambda: away.create("jobs/one", b""),
        lambda: away.read("jobs/one"),
    ]
    for call in calls:
        with pytest.raises(ServiceUnavailableError, match="the blob store fails"):
            call()
