"""Snapshots written by a worker: content, retention and forks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.eventually import eventually
from tests.worker.here import work
from tests.worker.outcome import ended, submit, weights
from tests.worker.processes import Workers
from tests.worker.specs import ENDLESS
from tests.worker.specs import job as job_of
from trainlet.config import to_json
from trainlet.network import State, first_state, train
from trainlet.queue import Queue
from trainlet.store import Job, Store, unpack_snapshot
from worker.data import prepare


def document(**training: Any) -> dict[str, Any]:
    results: dict[str, Any] = to_json(job_of(**training))
    return results


def kept(store: Store, job: Job, epoch: int) -> State:
    snapshot = unpack_snapshot(store.snapshots.read(job.id, epoch))
    return State.restore(snapshot.arrays, snapshot.about["counters"])


def stopped_at(store: Store, job: Job, epoch: int) -> State:
    """The state of a run of the same job, without a worker, at the end of an epoch."""
    prepared = prepare(job.spec, store.datasets.read)
    state = first_state(prepared.network, job.spec.training)
    run = train(prepared.network, prepared.training, job.spec.training, state, prepared.validation)
    next(run)
    while (state.epoch, state.position) != (epoch, 0):
        try:
            run.send(1)
        except StopIteration:
            break
    return state


def test_time_travel_is_a_run_stopped_there(store: Store) -> None:
    job = work(store, document(epochs=7, record={"snapshots": 3}))
    assert store.snapshots.epochs(job.id) == [3, 5, 7]
    for epoch in (3, 5, 7):
        result, expected = kept(store, job, epoch), stopped_at(store, job, epoch)
        assert result.counters() == expected.counters()
        for name, array in expected.arrays().items():
            assert result.arrays()[name].tobytes() == array.tobytes(), name
    assert weights(store, job).tobytes() == kept(store, job, 7).parameters.tobytes()


def test_the_snapshots_change_nothing(store: Store) -> None:
    with_, without = (
        work(store, document(epochs=6, record=record)) for record in ({"every": 1}, {})
    )
    assert store.snapshots.epochs(with_.id) == [1, 2, 3, 4, 5, 6]
    assert store.snapshots.epochs(without.id) == []
    assert weights(store, with_).tobytes() == weights(store, without).tobytes()


def test_the_last_state_is_kept_however_it_came(store: Store) -> None:
    stop = {"metric": "loss", "below": 10.0}
    job = work(store, document(epochs=90, record={"snapshots": 2}, stop_at=stop))
    assert store.snapshots.epochs(job.id) == [1]


def test_a_cancelled_job_leaves_its_snapshots_and_its_last_epoch(store: Store) -> None:
    job = work(store, document(epochs=100_000, record={"every": 90_000}), cancel_after=5)
    assert (job.status, job.epoch) == ("cancelled", store.snapshots.epochs(job.id)[-1])
    result, expected = kept(store, job, job.epoch), stopped_at(store, job, job.epoch)
    assert result.parameters.tobytes() == expected.parameters.tobytes()
    assert result.counters() == expected.counters()
    assert store.snapshots.epochs(work(store, document(), cancel_after=1).id) == []


def test_a_job_that_is_out_of_time_leaves_what_it_published(store: Store) -> None:
    spec = document(epochs=100_000, record={"every": 90_000}) | {"max_seconds": 0.5}
    job = work(store, spec)
    assert job.end_reason == "max_seconds"
    assert store.snapshots.epochs(job.id) == [job.epoch]
    assert weights(store, job).tobytes() == kept(store, job, job.epoch).parameters.tobytes()


def test_a_job_that_diverges_leaves_an_epoch_from_before(store: Store) -> None:
    rule = {
        "type": "sgd",
        "learning_rate": 1000,
        "schedule": {"type": "warmup", "warmup_steps": 1_000_000},
    }
    spec = document(epochs=100_000, record={"every": 90_000}, optimizer=rule, loss="mse")
    spec["architecture"]["layers"][0]["activation"] = "linear"
    spec["architecture"]["layers"][-1]["activation"] = "linear"
    job = work(store, spec)
    assert job.status == "failed"
    (epoch,) = store.snapshots.epochs(job.id)
    assert np.isfinite(kept(store, job, epoch).parameters).all()


def test_the_oldest_go_but_not_the_best(store: Store) -> None:
    job = work(store, document(epochs=9, record={"every": 1}))
    size = store.snapshots.size(job.id, 9)
    costs = store.jobs.history(job.id)["loss"]
    tight = work(store, document(epochs=9, record={"every": 1}), room=int(3.5 * size))
    assert costs.index(min(costs)) == 8
    assert store.snapshots.epochs(tight.id) == [7, 8, 9]
    # A learning rate that grows too far makes an early epoch the best.
    rule = {
        "type": "sgd",
        "learning_rate": 50,
        "schedule": {"type": "warmup", "warmup_steps": 1800},
    }
    wild = work(store, document(epochs=9, record={"every": 1}, optimizer=rule), room=3 * size)
    costs = store.jobs.history(wild.id)["loss"]
    best = costs.index(min(costs)) + 1
    assert best < 6
    assert store.snapshots.epochs(wild.id)[0] == best


@pytest.mark.parametrize("origin", ["ended", "cancelled"])
def test_a_fork_with_nothing_changed_ends_with_the_same_bits(store: Store, origin: str) -> None:
    spec = document(
        epochs=8,
        record={"every": 3},
        optimizer={"type": "adam", "schedule": {"type": "plateau", "patience": 1}},
        early_stopping={"monitor": "validation_loss", "patience": 50},
    )
    spec["dataset"]["split"]["validation"] = 100
    spec["architecture"]["layers"].insert(1, {"type": "dropout", "rate": 0.2})
    whole = work(store, spec)
    job = whole if origin == "ended" else work(store, spec, cancel_after=3)
    start = {"start_from": {"job": job.id, "epoch": 3}}
    fork = work(store, spec | start, store.snapshots.read(job.id, 3))
    assert weights(store, fork).tobytes() == weights(store, whole).tobytes()
    assert store.jobs.history(fork.id) == store.jobs.history(whole.id)


def test_a_fork_may_learn_otherwise(store: Store) -> None:
    spec = document(epochs=4, record={"every": 2})
    whole = work(store, spec)
    changed = document(epochs=6, batch_size=16, metrics=["accuracy", "f1"], seed=5)
    changed["dataset"]["split"]["validation"] = 100
    changed["start_from"] = {"job": whole.id, "epoch": 2}
    fork = work(store, changed, store.snapshots.read(whole.id, 2))
    history = store.jobs.history(fork.id)
    assert history["loss"][:2] == store.jobs.history(whole.id)["loss"][:2]
    assert len(history["loss"]) == len(history["validation_f1"]) == 6
    assert np.isnan(history["validation_f1"]).tolist() == [True, True] + [False] * 4


def test_a_job_that_runs_keeps_snapshots_in_reach(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    accepted = submit(store, queue, job_of(epochs=ENDLESS, record={"every": 3}))
    eventually(lambda: store.snapshots.epochs(accepted.id), what="a snapshot")
    assert store.jobs.get(accepted.id).status == "running"
    first = store.snapshots.epochs(accepted.id)[0]
    assert kept(store, accepted, first).epoch == first
    store.jobs.request_cancel(accepted.id)
    assert ended(store, accepted).status == "cancelled"
    assert store.snapshots.epochs(accepted.id)[0] == first
