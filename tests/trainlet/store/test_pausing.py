"""Pausing, resuming and deleting jobs in the store."""

from __future__ import annotations

from typing import Any

import pytest

from tests.trainlet.store.test_jobs import claim, fresh
from tests.trainlet.store.test_models import publish
from tests.worker.specs import job
from trainlet.errors import ConflictError, NotFoundError
from trainlet.store import End, Store


def test_a_waiting_job_is_paused_at_once_and_goes_on_when_resumed(store: Store) -> None:
    accepted = store.jobs.accept(job())
    assert store.jobs.request_pause(accepted.id).status == "paused"
    assert fresh(store).jobs.get(accepted.id).status == "paused"
    assert store.jobs.resume(accepted.id).status == "queued"


def test_asking_again_changes_nothing(store: Store) -> None:
    accepted = store.jobs.accept(job())
    store.jobs.resume(accepted.id)
    assert store.attempts.state(accepted.id).switches == 0
    for _ in range(3):
        store.jobs.request_pause(accepted.id)
    assert store.attempts.state(accepted.id).switches == 1
    for _ in range(3):
        store.jobs.resume(accepted.id)
    assert store.attempts.state(accepted.id).switches == 2


def test_a_running_job_is_paused_once_it_is_handed_back(store: Store) -> None:
    accepted = store.jobs.accept(job())
    claim(store, accepted)
    assert store.jobs.request_pause(accepted.id).status == "running"
    store.attempts.hand_back(accepted.id, 1)
    assert store.jobs.get(accepted.id).status == "paused"


def test_a_paused_job_can_be_cancelled(store: Store) -> None:
    accepted = store.jobs.accept(job())
    store.jobs.request_pause(accepted.id)
    assert store.jobs.request_cancel(accepted.id).status == "cancelled"


@pytest.mark.parametrize("ask", ["request_pause", "resume"])
def test_an_ended_job_can_neither_pause_nor_go_on(store: Store, ask: str) -> None:
    accepted = store.jobs.accept(job())
    store.jobs.request_cancel(accepted.id)
    with pytest.raises(ConflictError, match="has cancelled"):
        getattr(store.jobs, ask)(accepted.id)
    with pytest.raises(NotFoundError):
        getattr(store.jobs, ask)("0" * 32)


def test_what_happened_is_reported_in_order(store: Store) -> None:
    accepted = store.jobs.accept(job())
    claim(store, accepted)
    store.jobs.request_pause(accepted.id)
    store.attempts.hand_back(accepted.id, 1)
    store.jobs.resume(accepted.id)
    claim(store, accepted, 2)
    messages = [(moment.kind, moment.number) for moment in store.attempts.moments(accepted.id)]
    assert sorted(messages) == [("attempt", 1), ("attempt", 2), ("switch", 1), ("switch", 2)]
    times = [moment.at for moment in store.attempts.moments(accepted.id)]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("machines", "reproducible"),
    [
        ([("a", 0)], True),
        ([("a", 0), ("a", 10)], True),
        ([("a", 0), ("b", 10)], False),
        ([("a", 0), ("b", 0), ("b", 10)], True),
        ([("a", 0), ("b", 0), ("a", 10)], False),
    ],
)
def test_attempts_that_build_on_each_other_must_be_of_one_kind_of_machine(
    store: Store, machines: list[tuple[str, int]], reproducible: bool
) -> None:
    accepted = store.jobs.accept(job())
    for number, (machine, step) in enumerate(machines, 1):
        lock = store.attempts.claim(accepted.id, number, step, "w", {"machine": machine})
        assert lock is not None
    assert store.jobs.get(accepted.id).reproducible is reproducible
    store.attempts.end(accepted.id, End("succeeded", "completed"), {})
    assert fresh(store).jobs.get(accepted.id).reproducible is reproducible


def test_a_job_that_the_clock_ended_is_not_reproducible(store: Store) -> None:
    accepted = store.jobs.accept(job())
    claim(store, accepted)
    store.attempts.end(accepted.id, End("succeeded", "max_seconds"), {})
    assert not store.jobs.get(accepted.id).reproducible


def names(store: Store) -> set[str]:
    return {folder for folder in ("jobs", "open", "checkpoints") if store.blobs.names(folder)}


def test_a_deleted_job_is_gone_for_every_process(store: Store) -> None:
    accepted = store.jobs.accept(job())
    with pytest.raises(ConflictError, match="cancel it first"):
        store.jobs.delete(accepted.id)
    store.jobs.request_cancel(accepted.id)
    other = fresh(store)
    assert other.jobs.get(accepted.id).ended
    store.jobs.delete(accepted.id)
    for each in (store, other):
        with pytest.raises(NotFoundError):
            each.jobs.get(accepted.id)
        assert each.jobs.list(10) == ([], None)
    assert names(store) == set()
    assert store.jobs.accept(job()).version == 2


def test_the_model_of_a_deleted_job_stays(store: Store) -> None:
    done = publish(store)
    record = store.models.get("circles")
    store.jobs.delete(done.id)
    with pytest.raises(NotFoundError):
        store.jobs.get(done.id)
    for each in (store, fresh(store)):
        assert each.models.get("circles").sha256 == record.sha256
        assert each.models.load("circles").job == done.id
        assert each.jobs.list(10) == ([], None)


def test_jobs_are_found_by_their_metadata(store: Store) -> None:
    def accept(**metadata: str) -> str:
        spec: Any = job()
        spec.metadata.update(metadata)
        return store.jobs.accept(spec).id

    red, both = accept(team="red"), accept(team="red", run="1")
    accept(team="blue")

    def result(**metadata: str) -> set[str]:
        return {job.id for job in store.jobs.list(10, metadata=metadata)[0]}

    assert result(team="red") == {red, both}
    assert result(team="red", run="1") == {both}
    assert result(team="re") == set()
