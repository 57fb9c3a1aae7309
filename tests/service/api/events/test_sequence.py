"""Event streams: order, uniqueness and resumption, even after Redis loses data."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.api.events import streams
from service.api.events.sequence import Cursor
from tests.service.conftest import Train
from tests.service.specs import circles
from tests.service.training import claim
from tests.valkey import Valkey
from trainlet.queue import Progress, Queue
from trainlet.store import End, Job, Snapshot, Store, pack_snapshot


def parsed(text: str) -> list[tuple[str, str, Any]]:
    """Id, name and data of each event in a stream."""
    results = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[0] != ":")
        if "event" in lines:
            results.append((lines["id"], lines["event"], json.loads(lines["data"])))
    return results


def events_of(client: FlaskClient, job: str, last: str = "") -> list[tuple[str, str, Any]]:
    headers = {"Last-Event-ID": last}
    response = client.get(f"/v1/jobs/{job}/events", headers=headers, buffered=True)
    assert response.status_code == 200, response.text
    assert response.content_type.startswith("text/event-stream")
    return parsed(response.text)


def follow(client: FlaskClient, job: str, last: str = "") -> Any:
    headers = {"Last-Event-ID": last}
    return iter(
        client.get(f"/v1/jobs/{job}/events", headers=headers, buffered=False).iter_encoded()
    )


def accepted(client: FlaskClient, store: Store, **training: Any) -> Job:
    response = client.post("/v1/jobs", json=circles(**training))
    return store.jobs.get(response.get_json()["id"])


def report(queue: Queue, job: Job, epochs: int, attempt: int = 1, *warnings: str) -> None:
    losses = [1 / (epoch + 1) for epoch in range(epochs)]
    progress = Progress(attempt, epochs, 100, epochs, 0.1, {"loss": 0.5}, None, warnings)
    held = 0
    while held < epochs:  # one part per epoch, as if each was reported on its own
        now = replace(progress, epoch=held + 1)
        held = queue.report(job.id, now, {"loss": losses}, held)
    queue.report(job.id, progress, {"loss": losses}, held)


def test_an_ended_job_reports_everything_and_then_the_end(
    client: FlaskClient, train: Train
) -> None:
    job = train(circles(epochs=3))
    events = events_of(client, job.id)
    assert [name for _, name, _ in events] == [
        *("queued", "running", "epoch", "epoch", "epoch"),
        "succeeded",
    ]
    assert [data["epoch"] for _, name, data in events if name == "epoch"] == [1, 2, 3]
    assert events[2][2]["metrics"]["loss"] > 0
    assert events[-1][2]["end_reason"] == "completed"


def test_ids_order_events(client: FlaskClient, train: Train) -> None:
    numbers = [int(id_.split("-")[0]) for id_, _, _ in events_of(client, train(circles()).id)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_from_any_event_on_the_rest_is_reported(client: FlaskClient, train: Train) -> None:
    job = train(circles(epochs=3))
    events = events_of(client, job.id)
    for index, (id_, _, _) in enumerate(events[:-1]):
        assert events_of(client, job.id, id_) == events[index + 1 :]


def test_after_the_end_there_is_nothing(client: FlaskClient, train: Train) -> None:
    job = train(circles())
    last, _, _ = events_of(client, job.id)[-1]
    response = client.get(f"/v1/jobs/{job.id}/events", headers={"Last-Event-ID": last})
    assert (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize(
    "last",
    [
        *("7", "x", "2-2.0.0.0.0.0.0", "1-1.0.0.0.0.0", "-1"),
        *("1-1.0.0.0.0.0.0.0", "٣"),
    ],
)
def test_an_id_that_is_none_is_refused(client: FlaskClient, train: Train, last: str) -> None:
    path = f"/v1/jobs/{train(circles()).id}/events"
    response = client.get(path, headers={"Last-Event-ID": last})
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "Last-Event-ID"


def test_there_are_no_events_of_no_job(client: FlaskClient) -> None:
    assert client.get(f"/v1/jobs/{'0' * 32}/events").status_code == 404


def test_a_running_job_is_followed_to_its_end_though_redis_forgets(
    client: FlaskClient, store: Store, queue: Queue, valkey: Valkey
) -> None:
    job = accepted(client, store, epochs=100)
    stream = follow(client, job.id)
    text = ""

    def until(expected: str, times: int = 1) -> None:
        nonlocal text
        deadline = time.monotonic() + 20
        while text.count(expected) < times:
            assert time.monotonic() < deadline, f"no {expected} in {text}"
            text += next(stream).decode()

    until("event: queued")
    claim(store, job)
    report(queue, job, 3)
    until('"epoch":3')
    report(queue, job, 5, 1, "dead units")
    until("dead units")
    valkey.redis.flushall()
    report(queue, job, 4)
    report(queue, job, 7)
    until('"epoch":7')
    store.jobs.request_pause(job.id)
    until("event: paused")
    store.attempts.hand_back(job.id, 1)
    store.jobs.resume(job.id)
    until("event: queued", times=2)
    lock = store.attempts.claim(job.id, 2, 10, "a test")
    report(queue, job, 2, attempt=2)
    report(queue, job, 9, attempt=2)
    until('"epoch":9')
    history = {"loss": [1.0] * 12}
    store.attempts.end(job.id, End("succeeded", "target", warnings=("dead units",)), history)
    text += b"".join(stream).decode()
    events = parsed(text)
    assert [data["epoch"] for _, name, data in events if name == "epoch"] == list(range(1, 13))
    others = [name for _, name, _ in events if name != "epoch"]
    assert others == ["queued", "running", "warning", "paused", "queued", "running", "succeeded"]
    assert [int(id_.split("-")[0]) for id_, _, _ in events] == list(range(1, len(events) + 1))
    assert lock is not None


def keep(store: Store, job: Job, *epochs: int) -> None:
    for epoch in epochs:
        about = {
            "counters": {},
            "preprocessing": {},
            "input_shape": [2],
            "metrics": {"loss": "nan"},
        }
        snapshot = Snapshot(job.id, epoch, {"parameters": np.zeros(3)}, about)
        store.snapshots.save(job.id, epoch, pack_snapshot(snapshot))


def test_snapshots_are_reported_after_their_epochs_from_any_event_on(
    client: FlaskClient, store: Store, train: Train
) -> None:
    job = train(circles(epochs=6))
    keep(store, job, 2, 4, 6)
    events = events_of(client, job.id)
    assert [(name, data["epoch"]) for _, name, data in events[2:-1]] == [
        *(("epoch", 1), ("epoch", 2), ("snapshot", 2), ("epoch", 3), ("epoch", 4)),
        *(("snapshot", 4), ("epoch", 5), ("epoch", 6), ("snapshot", 6)),
    ]
    kept = client.get(f"/v1/jobs/{job.id}/snapshots").get_json()["data"]
    assert [data for _, name, data in events if name == "snapshot"] == kept
    assert kept[0]["metrics"] == {"loss": "nan"}
    places = [int(id_.split("-")[0]) for id_, _, _ in events]
    assert places == sorted(set(places))
    for index, (id_, _, _) in enumerate(events[:-1]):
        assert events_of(client, job.id, id_) == events[index + 1 :]


def test_snapshots_of_a_running_job_come_once_though_the_oldest_go(
    client: FlaskClient, store: Store, queue: Queue, valkey: Valkey
) -> None:
    job = accepted(client, store, epochs=100)
    claim(store, job)
    keep(store, job, 2)
    report(queue, job, 3)
    stream = follow(client, job.id)
    text = ""

    def until(expected: str) -> None:
        nonlocal text
        while expected not in text:
            text += next(stream).decode()

    until('"epoch":3')
    keep(store, job, 4)
    store.snapshots.drop(job.id, 2)
    report(queue, job, 4)
    until('snapshot\ndata: {"epoch":4')
    valkey.redis.flushall()
    store.attempts.end(job.id, End("cancelled", "cancelled"), {"loss": [1.0] * 5})
    text += b"".join(stream).decode()
    events = parsed(text)
    assert [data["epoch"] for _, name, data in events if name == "snapshot"] == [2, 4]
    assert [data["epoch"] for _, name, data in events if name == "epoch"] == [1, 2, 3, 4, 5]


def test_silence_is_broken_by_comments(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "KEEP_ALIVE", 0.1)
    stream = follow(client, accepted(client, store).id)
    actual = [next(stream) for _ in range(4)]
    assert actual[-1].startswith(b":")


def test_so_many_streams_and_no_more(client: FlaskClient, store: Store) -> None:
    job = accepted(client, store)
    path = f"/v1/jobs/{job.id}/events"
    open_ones = [client.get(path, buffered=False) for _ in range(3)]
    refused = client.get(path)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    open_ones[0].close()
    again = client.get(path, buffered=False)
    assert again.status_code == 200
    for each in (*open_ones, again):
        each.close()
        each.close()


def test_streams_end_when_the_service_stops(
    client: FlaskClient, store: Store, stopping: Event
) -> None:
    stopping.set()
    response = client.get(f"/v1/jobs/{accepted(client, store).id}/events")
    assert [name for _, name, _ in parsed(response.text)] == ["queued"]


def test_a_cursor_is_its_text() -> None:
    cursor = Cursor(1, 2, 0, 345, 1, 40, 0)
    assert str(cursor) == "389-1.2.0.345.1.40.0"
    assert Cursor.parse(str(cursor)) == cursor
