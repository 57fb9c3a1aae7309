from __future__ import annotations

import pytest

from tests.trainlet.store.test_models import publish
from tests.worker.specs import job
from trainlet.errors import NotFoundError
from trainlet.store import End, Store, retention


def ended(store: Store) -> str:
    accepted = store.jobs.accept(job())
    store.attempts.end(accepted.id, End("failed", "error"), {"loss": [1.0]})
    store.attempts.settle(accepted.id)
    return accepted.id


def kept(store: Store) -> list[str]:
    return [job.id for job in store.jobs.list(100)[0]]


def test_the_newest_ended_jobs_stay_and_all_that_have_not_ended(store: Store) -> None:
    waiting = store.jobs.accept(job()).id
    jobs = sorted(ended(store) for _ in range(5))
    store.retention.sweep(retained_jobs=2, retained_histories=10)
    assert sorted(kept(store)) == sorted([waiting, *jobs[-2:]])
    store.retention.sweep(retained_jobs=0, retained_histories=0)
    assert kept(store) == [waiting]


def test_histories_go_before_jobs(store: Store) -> None:
    jobs = sorted(ended(store) for _ in range(3))
    store.retention.sweep(retained_jobs=10, retained_histories=1)
    assert sorted(kept(store)) == jobs
    assert store.jobs.history(jobs[2]) == {"loss": [1.0]}
    for each in jobs[:2]:
        with pytest.raises(NotFoundError, match="removed by retention"):
            store.jobs.history(each)


def test_models_outlive_their_jobs(store: Store) -> None:
    publish(store)
    store.retention.sweep(retained_jobs=0, retained_histories=0)
    assert kept(store) == []
    assert store.models.get("circles").version == 1
    store.retention.sweep(retained_jobs=0, retained_histories=0)


def test_an_acceptance_that_was_cut_short_long_ago_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, waiting = f"{1:012x}" + "0" * 20, store.jobs.accept(job()).id
    with store.blobs.batch() as batch:
        store.attempts.prepare(batch, begun)
        batch.make_folder(f"jobs/{begun}")
    monkeypatch.setattr(retention, "MIN_AGE_SECONDS", -60)
    store.retention.sweep(10, 10)
    assert store.attempts.unsettled() == [waiting]
    assert store.blobs.names("jobs") == store.blobs.names("checkpoints") == [waiting]
