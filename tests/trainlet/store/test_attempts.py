from __future__ import annotations

import os

import numpy as np
import pytest

from tests.worker.specs import job
from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import End, Job, Store


@pytest.fixture
def accepted(store: Store) -> Job:
    return store.jobs.accept(job())


def attempt(store: Store, accepted: Job, number: int, step: int, back: bool = False) -> None:
    """An attempt that is over, by crash or by handing back."""
    lock = store.attempts.claim(accepted.id, number, step, "worker")
    assert lock is not None
    if back:
        store.attempts.hand_back(accepted.id, number)
    os.close(lock)


def test_an_attempt_is_claimed_once(store: Store, accepted: Job) -> None:
    attempt(store, accepted, 1, 0)
    assert store.attempts.claim(accepted.id, 1, 0, "other") is None


def test_crashes_count_from_the_same_step(store: Store, accepted: Job) -> None:
    assert store.attempts.crashes_at(accepted.id, 0) == 0
    attempt(store, accepted, 1, 0)
    attempt(store, accepted, 2, 0)
    assert store.attempts.crashes_at(accepted.id, 0) == 2
    assert store.attempts.crashes_at(accepted.id, 100) == 0
    attempt(store, accepted, 3, 100)
    assert store.attempts.crashes_at(accepted.id, 100) == 1
    assert store.attempts.crashes_at(accepted.id, 0) == 0


def test_handing_back_breaks_the_row_of_crashes(store: Store, accepted: Job) -> None:
    attempt(store, accepted, 1, 0)
    attempt(store, accepted, 2, 0, back=True)
    assert store.attempts.crashes_at(accepted.id, 0) == 0
    attempt(store, accepted, 3, 0)
    assert store.attempts.crashes_at(accepted.id, 0) == 1


def test_a_dead_process_can_be_reported_from_a_living_one(store: Store, accepted: Job) -> None:
    lock = store.attempts.claim(accepted.id, 1, 0, "worker")
    assert lock is not None
    assert not store.attempts.died(accepted.id, 1)
    os.close(lock)
    assert store.attempts.died(accepted.id, 1)
    assert not store.attempts.died(accepted.id, 2)


def test_another_machine_cannot_report(
    store: Store, accepted: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt(store, accepted, 1, 0)
    monkeypatch.setattr("trainlet.store.attempts.boot_id", lambda: "another")
    assert not store.attempts.died(accepted.id, 1)


def test_settling_leaves_the_records_alone(store: Store, accepted: Job) -> None:
    store.checkpoints.save(accepted.id, 3, {"a": np.zeros(1)}, {})
    store.blobs.create(f"models/{accepted.id}.safetensors", b"of an attempt that came too late")
    store.attempts.end(accepted.id, End("cancelled", "cancelled"), {})
    store.attempts.settle(accepted.id)
    store.attempts.settle(accepted.id)
    assert store.attempts.unsettled() == []
    assert store.blobs.names("models") == []
    assert store.jobs.get(accepted.id).status == "cancelled"


def test_the_kept_history_is_that_of_the_newest_checkpoint(store: Store, accepted: Job) -> None:
    assert store.attempts.kept_history(accepted.id) == {}
    for step in (5, 10):
        arrays = {"history.loss": np.arange(step, dtype=np.float64), "parameters": np.zeros(2)}
        store.checkpoints.save(accepted.id, step, arrays, {})
    assert store.jobs.history(accepted.id) == {"loss": [float(epoch) for epoch in range(10)]}


def test_checkpoints_follow_each_other(store: Store, accepted: Job) -> None:
    assert store.checkpoints.newest(accepted.id) is None
    for step in (9, 10):
        arrays = {"parameters": np.full(3, float(step))}
        store.checkpoints.save(accepted.id, step, arrays, {"counters": {"step": step}})
    assert store.checkpoints.newest(accepted.id) == 10
    assert len(store.blobs.names(f"checkpoints/{accepted.id}")) == 1
    arrays, about = store.checkpoints.load(accepted.id, 10, "counters")
    assert arrays["parameters"].tolist() == [10.0, 10.0, 10.0]
    assert about == {"job": accepted.id, "counters": {"step": 10}}
    with pytest.raises(CorruptFileError):
        store.checkpoints.load(accepted.id, 10, "seconds")
    store.checkpoints.drop(accepted.id, 10)
    with pytest.raises(NotFoundError):
        store.checkpoints.load(accepted.id, 10)


def test_the_old_checkpoint_stays_until_the_new_one_is_whole(
    store: Store, accepted: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.checkpoints.save(accepted.id, 1, {"a": np.zeros(1)}, {})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Exception, match="No space left"):
            store.checkpoints.save(accepted.id, 2, {"a": np.zeros(1)}, {})
    assert store.checkpoints.newest(accepted.id) == 1
    store.checkpoints.load(accepted.id, 1)


def test_who_comes_after_the_end_can_keep_no_checkpoint(store: Store, accepted: Job) -> None:
    store.attempts.end(accepted.id, End("failed", "error"), {})
    store.attempts.settle(accepted.id)
    with pytest.raises(NotFoundError):
        store.checkpoints.save(accepted.id, 1, {"a": np.zeros(1)}, {})
