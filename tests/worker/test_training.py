"""Jobs on an undisturbed worker."""

from __future__ import annotations

import numpy as np

from tests.eventually import eventually
from tests.valkey import Valkey
from tests.worker.outcome import ended, submit, weights
from tests.worker.processes import Workers
from tests.worker.specs import ENDLESS, job, on_source
from trainlet.queue import Queue
from trainlet.store import Store


def test_a_job_is_trained_and_its_model_is_there(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    accepted = submit(store, queue, job(epochs=20))
    done = ended(store, accepted)
    assert (done.status, done.end_reason, done.attempt, done.error) == (
        "succeeded",
        "completed",
        1,
        None,
    )
    assert done.created_at <= (done.started_at or "") <= (done.finished_at or "")
    assert set(done.metrics) == {"loss", "accuracy", "test_loss", "test_accuracy"}
    history = store.jobs.history(done.id)
    assert len(history["loss"]) == 20
    assert history["loss"][-1] < history["loss"][0]
    record = store.models.get("circles")
    assert (record.version, record.sha256, record.metrics) == (1, done.sha256, done.metrics)
    assert record.provenance["seed"] == 7
    assert record.provenance["fingerprint"]["threads"] == "1"
    model = store.models.load("circles")
    assert model.history == history
    assert model.spec == done.spec == accepted.spec


def test_nothing_of_an_ended_job_is_left_in_the_way(
    store: Store, queue: Queue, workers: Workers, valkey: Valkey
) -> None:
    workers.start()
    done = ended(store, submit(store, queue, job()))
    assert store.blobs.names("checkpoints") == []
    eventually(lambda: queue.progress(done.id) is None, what="progress is forgotten")
    eventually(
        lambda: not [key for key in valkey.redis.keys("*") if done.id.encode() in key],
        what="no key of the job is left",
    )


def test_the_same_job_gives_the_same_bits(store: Store, queue: Queue, workers: Workers) -> None:
    workers.start()
    first, second = (submit(store, queue, job()) for _ in range(2))
    other = submit(store, queue, job(seed=8))
    assert [ended(store, each).version for each in (first, second, other)] == [1, 2, 3]
    assert weights(store, first).tobytes() == weights(store, second).tobytes()
    assert not np.array_equal(weights(store, first), weights(store, other))


def test_progress_and_history_are_reported_while_it_trains(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    accepted = submit(store, queue, job(epochs=ENDLESS))
    eventually(lambda: store.jobs.get(accepted.id).status == "running")
    epochs: set[int] = set()

    def five_epochs() -> bool:
        progress = queue.progress(accepted.id)
        if progress is not None:
            epochs.add(progress.epoch)
            assert progress.epochs == ENDLESS
            assert progress.fraction == progress.step / (ENDLESS * 200)
            assert len(queue.history(accepted.id).get("loss", [])) >= progress.epoch
        return len(epochs) >= 5

    eventually(five_epochs, what="five different epochs are reported")
    assert store.jobs.get(accepted.id).status == "running"
    actual = queue.history(accepted.id)["loss"]
    store.jobs.request_cancel(accepted.id)
    assert ended(store, accepted).status == "cancelled"
    assert store.jobs.history(accepted.id)["loss"][: len(actual)] == actual


def test_a_running_job_can_be_cancelled(store: Store, queue: Queue, workers: Workers) -> None:
    worker = workers.start()
    accepted = submit(store, queue, job(epochs=ENDLESS))
    eventually(lambda: queue.history(accepted.id))
    requested = store.jobs.request_cancel(accepted.id)
    assert requested.status == "running"
    assert requested.cancel_requested_at
    done = ended(store, accepted, seconds=2)
    assert (done.status, done.end_reason, done.sha256) == ("cancelled", "cancelled", None)
    assert store.jobs.history(done.id)["loss"]
    assert store.blobs.names("models") == []
    assert worker.poll() is None
    assert ended(store, submit(store, queue, job())).status == "succeeded"


def test_a_waiting_job_that_was_cancelled_never_starts(
    store: Store, queue: Queue, workers: Workers
) -> None:
    accepted = submit(store, queue, job())
    done = store.jobs.request_cancel(accepted.id)
    assert (done.status, done.end_reason) == ("cancelled", "cancelled")
    workers.start()
    assert ended(store, submit(store, queue, job())).status == "succeeded"
    assert store.jobs.get(accepted.id).attempt == 0


def test_a_job_that_diverges_fails_at_once_and_states_where(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    optimizer = {"type": "sgd", "learning_rate": 1000}
    wild = job(activations="linear linear", loss="mse", optimizer=optimizer)
    done = ended(store, submit(store, queue, wild))
    assert (done.status, done.end_reason, done.attempt) == ("failed", "error", 1)
    assert done.error is not None
    assert done.error["title"] == "Training diverged"
    assert {"detail", "epoch", "step", "layer", "hint"} <= set(done.error)
    assert store.blobs.names("models") == []


def test_a_job_whose_data_are_gone_fails_at_once(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    spec = job()
    lost = store.datasets.put(b'{"inputs": [[1.0, 2.0]], "targets": [1]}')
    document = {"type": "uploaded", "id": lost}
    store.blobs.delete(f"datasets/{lost}")
    done = ended(store, submit(store, queue, on_source(spec, document)))
    assert (done.status, done.attempt) == ("failed", 1)
    assert done.error is not None
    assert done.error["title"] == "Invalid data"


def test_a_delivery_that_comes_twice_is_one(store: Store, queue: Queue, workers: Workers) -> None:
    accepted = submit(store, queue, job())
    for _ in range(3):
        queue.submit(accepted.id)
    workers.start()
    workers.start()
    assert ended(store, accepted).attempt == 1
    later = ended(store, submit(store, queue, job()))
    assert later.attempt == 1
    assert store.jobs.get(accepted.id).attempt == 1


def test_a_job_whose_record_is_damaged_fails_at_once(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    accepted = store.jobs.accept(job())
    path = store.blobs.root / f"jobs/{accepted.id}/spec"
    path.write_bytes(path.read_bytes().replace(b'"tanh"', b'"what"'))
    queue.submit(accepted.id)
    done = ended(store, accepted)
    assert (done.status, done.attempt) == ("failed", 1)
    assert done.error is not None
    assert done.error["title"] == "Stored file damaged"


def test_stopping_rules_are_followed_and_reported(
    store: Store, queue: Queue, workers: Workers
) -> None:
    workers.start()
    early = job(epochs=1000, stop_at={"metric": "loss", "below": 10.0})
    done = ended(store, submit(store, queue, early))
    assert (done.status, done.end_reason) == ("succeeded", "target")
    assert len(store.jobs.history(done.id)["loss"]) == 1
