from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.worker.specs import job as spec
from trainlet.store import Job, Store, idempotency_keys
from trainlet.store.jobs import new_id


def accept(store: Store, key: str = "k", body: str = "b") -> str:
    with store.keys.hold(key, new_id(), body) as kept:
        return kept.job


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    then = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: then)


def test_the_first_job_of_a_key_is_that_of_all_later_ones(store: Store) -> None:
    assert store.keys.find("k") is None
    first = accept(store)
    assert accept(store) == first
    assert accept(store, "another") != first
    result = store.keys.find("k")
    assert result is not None
    assert (result.job, result.body) == (first, "b")


def test_another_body_is_seen(store: Store) -> None:
    accept(store)
    with store.keys.hold("k", new_id(), "other") as kept:
        assert kept.body == "b"


def test_keys_are_not_stored_as_they_are(store: Store) -> None:
    accept(store, "secret")
    [name] = store.blobs.names("keys")
    assert "secret" not in name
    assert b"secret" not in store.blobs.read(f"keys/{name}")


def test_after_a_day_a_key_is_new_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = accept(store)
    let_pass(monkeypatch, 24 * 3600 - 60)
    assert store.keys.find("k") is not None
    let_pass(monkeypatch, 120)
    assert store.keys.find("k") is None
    assert accept(store) != first
    assert store.keys.find("k") is not None


def test_old_keys_are_removed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(store, "old")
    let_pass(monkeypatch, 24 * 3600 + 60)
    accept(store, "young")
    store.keys.expire()
    assert len(store.blobs.names("keys")) == 1
    assert store.keys.find("young") is not None


def test_one_after_another_holds_a_key(store: Store) -> None:
    inside: list[str] = []

    def hold(name: str) -> None:
        with store.keys.hold("k", name * 32, "b"):
            inside.append(name)
            assert len(set(inside)) == 1
            inside.clear()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, "0123456789abcdef"))


def test_a_key_goes_with_its_job(store: Store) -> None:
    def begin() -> Job:
        with store.keys.hold("k", new_id(), "b") as kept:
            return store.jobs.accept(spec(), kept.job, idempotency_keys.digest("k"))

    job = begin()
    store.jobs.request_cancel(job.id)
    store.jobs.delete(job.id)
    assert store.keys.find("k") is None
