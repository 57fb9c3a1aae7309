"""Worker logs with the request's id, and counters in Redis."""

from __future__ import annotations

import logging

import pytest

from tests.valkey import Valkey
from tests.worker.specs import job
from trainlet import counters, logs
from trainlet.queue import Delivery, Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store, Submission
from worker.attempt import Attempt
from worker.metrics_push import push_counters
from worker.reconciler import Reconciler


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_always", {})
    counters.take()


def test_a_job_leaves_counts_and_its_requests_id_in_every_line(
    store: Store,
    valkey: Valkey,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = Queue(connect(valkey.url))
    accepted = store.jobs.accept(job(), submission=Submission(request="trace-7"))
    settings = Settings(redis_url=valkey.url, blob_url=store.blobs.root.as_uri())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.begin("text")
    Attempt(Delivery(accepted.id, 1), "a test", store, queue, settings).run()
    assert store.jobs.get(accepted.id).status == "succeeded"
    counts, spec = queue.counters(), accepted.spec
    assert counts["epochs"] == spec.training.epochs
    assert (
        counts["samples"]
        == spec.training.epochs
        * accepted.spec.dataset.split.counts(
            spec.dataset.source.samples  # type: ignore[attr-defined]
        )[0]
    )
    assert (counts["attempts"], counts.get("retries", 0)) == (1, 0)
    assert sum(n for name, n in counts.items() if name.startswith("job_seconds:succeeded")) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if accepted.id in line]
    assert len(lines) >= 2
    assert all("request_id=trace-7" in line for line in lines)


def test_counts_that_cannot_be_reported_are_reported_later(valkey: Valkey) -> None:
    queue = Queue(connect(valkey.url))
    counters.count("epochs", 2)
    valkey.kill()
    try:
        push_counters(queue)
    finally:
        valkey.start()
    counters.count("epochs", 1)
    push_counters(queue)
    assert queue.counters()["epochs"] == 3
    push_counters(queue)
    assert queue.counters()["epochs"] == 3


def test_a_recovery_is_counted(store: Store, valkey: Valkey) -> None:
    queue = Queue(connect(valkey.url))
    accepted = store.jobs.accept(job(), submission=Submission("blue"))
    Reconciler(store, queue, 10).look()
    assert queue.position(accepted.id) == 1
    assert counters.peek()["recoveries"] == 1
