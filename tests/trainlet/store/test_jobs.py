from __future__ import annotations

import os
from threading import Thread

import pytest

from tests.worker.specs import job
from trainlet.config import to_json
from trainlet.errors import ConflictError, CorruptFileError, NotFoundError
from trainlet.store import End, Job, Store


def claim(store: Store, accepted: Job, attempt: int = 1, step: int = 0) -> None:
    lock = store.attempts.claim(accepted.id, attempt, step, "worker")
    assert lock is not None
    os.close(lock)


def fresh(store: Store) -> Store:
    """The same store in a process that has not read anything yet."""
    return Store(store.blobs.root.as_uri())


def test_an_accepted_job_waits(store: Store) -> None:
    accepted = store.jobs.accept(job())
    assert len(accepted.id) == 32
    assert (accepted.name, accepted.version, accepted.status) == ("circles", 1, "queued")
    assert (accepted.attempt, accepted.started_at, accepted.finished_at) == (0, None, None)
    assert (accepted.error, accepted.metrics, accepted.warnings) == (None, {}, ())
    assert not accepted.ended
    assert fresh(store).jobs.get(accepted.id) == accepted
    assert accepted.spec == job()
    assert accepted.document == to_json(job())
    assert store.attempts.unsettled() == [accepted.id]


def test_each_job_of_a_name_has_its_own_version(store: Store) -> None:
    accepted: list[Job] = []
    threads = [Thread(target=lambda: accepted.append(store.jobs.accept(job()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.version for each in accepted) == list(range(1, 9))
    assert len({each.id for each in accepted}) == 8


def test_states_follow_the_records(store: Store) -> None:
    accepted = store.jobs.accept(job())
    claim(store, accepted)
    running = store.jobs.get(accepted.id)
    assert (running.status, running.attempt) == ("running", 1)
    assert running.started_at is not None
    store.attempts.hand_back(accepted.id, 1)
    assert store.jobs.get(accepted.id).status == "queued"
    claim(store, accepted, attempt=2)
    again = store.jobs.get(accepted.id)
    assert (again.status, again.attempt, again.started_at) == ("running", 2, running.started_at)
    end = End("failed", "error", {"title": "T"}, {"loss": float("nan")}, ("careful",))
    assert store.attempts.end(accepted.id, end, {"loss": [1.0, float("inf")]})
    ended = store.jobs.get(accepted.id)
    assert (ended.status, ended.end_reason, ended.error) == ("failed", "error", {"title": "T"})
    assert ended.ended
    assert ended.warnings == ("careful",)
    assert str(ended.metrics) == "{'loss': nan}"
    assert store.jobs.history(accepted.id) == {"loss": [1.0, float("inf")]}


def test_there_is_one_end(store: Store) -> None:
    accepted = store.jobs.accept(job())
    assert store.attempts.end(accepted.id, End("failed", "error"), {})
    assert not store.attempts.end(accepted.id, End("succeeded", "completed"), {})
    assert store.jobs.get(accepted.id).status == "failed"


@pytest.mark.parametrize("unknown", ["", "x", "0" * 32, "A" * 32, "../../etc", "a" * 33])
def test_unknown_jobs_are_reported(store: Store, unknown: str) -> None:
    for ask in (store.jobs.get, store.jobs.history, store.jobs.request_cancel):
        with pytest.raises(NotFoundError):
            ask(unknown)


def test_a_job_whose_acceptance_was_cut_short_is_none(store: Store) -> None:
    with store.blobs.batch() as batch:
        store.attempts.prepare(batch, "a" * 32)
    store.blobs.make_folder(f"jobs/{'a' * 32}")
    with pytest.raises(NotFoundError):
        store.jobs.get("a" * 32)
    assert store.jobs.list(10) == ([], None)


def test_a_spec_that_was_damaged_is_corrupt(store: Store) -> None:
    accepted = store.jobs.accept(job())
    path = store.blobs.root / f"jobs/{accepted.id}/spec"
    path.write_bytes(path.read_bytes().replace(b'"tanh"', b'"what"'))
    with pytest.raises(CorruptFileError):
        _ = fresh(store).jobs.get(accepted.id).spec
    path.write_bytes(b"{")
    with pytest.raises(CorruptFileError):
        fresh(store).jobs.get(accepted.id)


def test_listing_goes_from_the_newest_in_pages(store: Store) -> None:
    ids = sorted((store.jobs.accept(job()).id for _ in range(5)), reverse=True)
    actual, cursor = [], None
    for size in (2, 2, 1):
        page, cursor = store.jobs.list(2, cursor)
        assert len(page) == size
        actual += [each.id for each in page]
    assert actual == ids
    assert cursor is None
    assert [each.id for each in store.jobs.list(5)[0]] == ids
    assert store.jobs.list(5)[1] is None


def test_listing_can_be_narrowed(store: Store) -> None:
    first, second = (store.jobs.accept(job()) for _ in range(2))
    claim(store, second)
    assert [each.id for each in store.jobs.list(9, status="queued")[0]] == [first.id]
    assert [each.id for each in store.jobs.list(9, status="running")[0]] == [second.id]
    assert len(store.jobs.list(9, name="circles")[0]) == 2
    assert store.jobs.list(9, name="other") == ([], None)


def test_cancelling_ends_what_waits(store: Store) -> None:
    accepted = store.jobs.accept(job())
    done = store.jobs.request_cancel(accepted.id)
    assert (done.status, done.end_reason) == ("cancelled", "cancelled")
    assert done.cancel_requested_at is not None
    assert store.jobs.request_cancel(accepted.id) == done
    assert store.attempts.unsettled() == []
    assert store.blobs.names("checkpoints") == []


def test_cancelling_requests_what_runs(store: Store) -> None:
    accepted = store.jobs.accept(job())
    claim(store, accepted)
    requested = store.jobs.request_cancel(accepted.id)
    assert requested.status == "running"
    assert requested.cancel_requested_at is not None
    assert store.jobs.request_cancel(accepted.id) == requested


@pytest.mark.parametrize("status", ["succeeded", "failed"])
def test_what_has_ended_otherwise_cannot_be_cancelled(store: Store, status: str) -> None:
    accepted = store.jobs.accept(job())
    store.attempts.end(accepted.id, End(status, None), {})  # type: ignore[arg-type]
    with pytest.raises(ConflictError, match=f"has {status}"):
        store.jobs.request_cancel(accepted.id)
    assert store.jobs.get(accepted.id).cancel_requested_at is None
