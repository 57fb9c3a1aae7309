"""Jobs with repeats: each run equals a single run, despite kills."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.worker.dawdling import LONG
from tests.worker.here import work
from tests.worker.outcome import checkpointed, ended, submit, weights
from tests.worker.processes import Workers, child_of
from tests.worker.specs import job as job_of
from trainlet.config import to_json
from trainlet.queue import Queue
from trainlet.store import Job, Store


def document(repeats: int, seed: int = 7, **training: Any) -> dict[str, Any]:
    results: dict[str, Any] = to_json(job_of(seed=seed, **training))
    results["dataset"]["split"]["validation"] = 100
    return results | {"repeats": repeats}


def record_of(store: Store, job: Job) -> dict[str, Any]:
    results: dict[str, Any] = store.models.load(job.name, job.version).provenance["repeats"]
    return results


def test_each_run_is_the_one_it_would_be_alone(store: Store) -> None:
    together = work(store, document(3))
    alone = [work(store, document(1, seed)) for seed in (7, 8, 9)]
    result = record_of(store, together)
    assert [run["seed"] for run in result["runs"]] == [7, 8, 9]
    assert [run["metrics"] for run in result["runs"]] == [job.metrics for job in alone]
    assert {run["end_reason"] for run in result["runs"]} == {"completed"}
    losses = [job.metrics["validation_loss"] for job in alone]
    assert result["best"] == losses.index(min(losses))
    best = alone[result["best"]]
    assert weights(store, together).tobytes() == weights(store, best).tobytes()
    assert together.metrics == best.metrics
    assert result["mean"]["validation_loss"] == pytest.approx(np.mean(losses))
    assert result["std"]["validation_loss"] == pytest.approx(np.std(losses))
    history = store.jobs.history(together.id)
    each = np.array([store.jobs.history(job.id)["loss"] for job in alone])
    assert history["loss"] == pytest.approx(each.mean(axis=0))
    assert history["loss_deviation"] == pytest.approx(each.std(axis=0))
    assert len(history["validation_accuracy"]) == 5
    assert store.models.load("circles", together.version).provenance["seed"] == 7 + result["best"]


def test_runs_may_end_at_different_epochs(store: Store) -> None:
    waits = {"monitor": "validation_loss", "patience": 1, "min_delta": 0.003}
    rule: dict[str, Any] = {"epochs": 60, "early_stopping": waits}
    together = work(store, document(3, **rule))
    alone = [work(store, document(1, seed, **rule)) for seed in (7, 8, 9)]
    runs = record_of(store, together)["runs"]
    assert [run["epochs"] for run in runs] == [job.epoch for job in alone]
    assert len({run["epochs"] for run in runs}) > 1
    assert [run["metrics"] for run in runs] == [job.metrics for job in alone]
    assert together.epoch == max(job.epoch for job in alone)
    assert together.end_reason == "early_stopped"


def test_a_job_that_is_out_of_time_publishes_the_best_so_far(store: Store) -> None:
    job = work(store, document(3, epochs=100_000) | {"max_seconds": 0.3})
    assert (job.status, job.end_reason) == ("succeeded", "max_seconds")
    assert len(record_of(store, job)["runs"]) == 3


def test_a_cancelled_job_has_its_history(store: Store) -> None:
    job = work(store, document(3, epochs=100_000), cancel_after=1)
    assert job.status == "cancelled"
    assert job.epoch == len(store.jobs.history(job.id)["loss_deviation"]) > 0


def test_a_kill_changes_nothing(store: Store, queue: Queue, dawdlers: Workers) -> None:
    spec = replace(job_of(epochs=LONG // 2), repeats=3)
    worker = dawdlers.start()
    accepted = submit(store, queue, spec)
    checkpointed(store, accepted)
    os.kill(child_of(worker), signal.SIGKILL)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("succeeded", 2)
    undisturbed = work(store, to_json(spec))
    assert weights(store, done).tobytes() == weights(store, undisturbed).tobytes()
    assert record_of(store, done) == record_of(store, undisturbed)
    assert store.jobs.history(done.id) == store.jobs.history(undisturbed.id)
