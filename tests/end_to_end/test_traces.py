"""A job as one trace, from the request to the published model, across processes."""

from __future__ import annotations

import http.client
import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.__main__ import main as service
from tests.end_to_end.collector import Collector
from tests.eventually import eventually
from tests.forked import Forked
from tests.ports import free_port
from tests.valkey import Valkey
from tests.worker.outcome import ended
from tests.worker.processes import Workers
from tests.worker.specs import job
from trainlet.config import to_json
from trainlet.queue import Queue, connect
from trainlet.store import Store
from worker.__main__ import main as worker

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENTS = {
    "validate": "POST /v1/jobs",
    "accept": "POST /v1/jobs",
    "submit": "POST /v1/jobs",
    "attempt": "POST /v1/jobs",
    "claim": "attempt",
    "prepare": "attempt",
    "train": "attempt",
    "checkpoint": "train",
    "publish": "attempt",
}


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


def test_a_job_is_one_trace_from_the_request_to_the_model(
    collector: Collector, valkey: Valkey, tmp_path: Path
) -> None:
    port, store = free_port(), Store((tmp_path / "blobs").as_uri())
    traced = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "50",
        "TRAINLET_PORT": str(port),
    }
    workers = Workers(valkey.url, store.blobs.root.as_uri(), worker, **traced)
    api = Forked(service, workers.environment)
    try:
        workers.start(checkpoint_seconds=0.001)
        response = eventually(lambda: submitted(port), what="the job is accepted")
        assert ended(store, store.jobs.get(response["id"])).status == "succeeded"
        eventually(lambda: PARENTS.keys() <= {span.name for span in collector.spans}, what="all")
        for file in store.blobs.root.glob(f"jobs/{response['id']}/spec"):
            assert f"00-{TRACE}-" in file.read_text()
        assert not Queue(connect(valkey.url)).waiting()
        os.kill(api.pid, signal.SIGTERM)
        assert api.wait(30) == 0
    finally:
        workers.kill_all()
        api.kill()
    request = collector.named("POST /v1/jobs")
    assert (request.parent, request.service) == (CALLER, "trainlet-service")
    assert request.about["http.response.status_code"] == 202
    ids = {span.id: span.name for span in collector.spans}
    results = [span for span in collector.spans if span.trace == TRACE]
    assert {span.name: ids[span.parent] for span in results if span is not request} == PARENTS
    attempt = collector.named("attempt")
    assert attempt.service == "trainlet-worker"
    assert attempt.about["trainlet.job"] == response["id"]
    assert attempt.about["trainlet.status"] == "succeeded"
    assert not [span for span in results if span.failed]


def submitted(port: int) -> dict[str, str]:
    """Return the accepted job; None while the service does not respond."""
    headers = {"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{CALLER}-01"}
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("POST", "/v1/jobs", json.dumps(to_json(job(epochs=60))), headers)
            response = connection.getresponse()
            assert response.status == 202
            document: dict[str, str] = json.loads(response.read())
            return document
    except OSError:
        return {}
