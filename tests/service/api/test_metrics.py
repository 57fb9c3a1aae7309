"""Metrics, and their use in the dashboard and the alerts."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line
from tests.valkey import Valkey
from trainlet.queue import Queue
from trainlet.queue.counters import job_seconds

FILES = Path(__file__).parents[3] / "deploy" / "monitoring"
DASHBOARD: dict[str, Any] = json.loads((FILES / "dashboard.json").read_text())
ALERTS: dict[str, Any] = yaml.safe_load((FILES / "alerts.yml").read_text())
SERIES = re.compile(r"^(trainlet_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
SELECTED = re.compile(r"(trainlet_\w+)(?:\{([^}]*)\})?")


def series(client: FlaskClient) -> dict[str, float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    lines = SERIES.findall(response.text)
    return {
        f"{name}{{{labels}}}" if labels else name: float(value) for name, labels, value in lines
    }


def test_requests_are_counted_by_route_method_and_status(client: FlaskClient) -> None:
    for name in ("a", "b"):
        client.get(f"/v1/models/{name}")
    client.open("/v1/jobs", method="BREW")
    result = series(client)
    assert (
        result['trainlet_http_requests_total{method="GET",route="/v1/models/<name>",status="404"}']
        == 2
    )
    assert result['trainlet_http_requests_total{method="other",route="none",status="405"}'] == 1
    timed = 'trainlet_http_request_duration_seconds_count{method="GET",route="/v1/models/<name>"}'
    assert result[timed] == 2


def test_jobs_that_wait_and_run_are_reported(client: FlaskClient, queue: Queue) -> None:
    first, second = (client.post("/v1/jobs", json=circles()).get_json() for _ in range(2))
    queue.withdraw(second["id"])
    queue.hold(second["id"], 1, 4)
    queue.greet("a worker")
    result = series(client)
    assert result['trainlet_queue_jobs{kind="accepted",priority="normal"}'] == 1
    assert result["trainlet_queue_oldest_seconds"] > 0
    assert result['trainlet_jobs{state="waiting"}'] == result['trainlet_jobs{state="running"}'] == 1
    assert result["trainlet_workers"] == 1
    # The lease was held for 4 seconds out of 10, as if 6 had passed.
    assert 5.9 < result["trainlet_heartbeat_age_seconds"] < 10
    assert first["status"] == "queued"


def test_what_workers_counted_is_added_up(client: FlaskClient, queue: Queue) -> None:
    for seconds in (0.05, 2.0, 1e6):
        queue.count(job_seconds("succeeded", seconds) | {"epochs": 5})
    result = series(client)
    assert result["trainlet_epochs_total"] == 15
    assert result['trainlet_job_duration_seconds_count{status="succeeded"}'] == 3
    assert result['trainlet_job_duration_seconds_bucket{le="0.1",status="succeeded"}'] == 1
    assert result['trainlet_job_duration_seconds_bucket{le="3",status="succeeded"}'] == 2
    assert result['trainlet_job_duration_seconds_bucket{le="+Inf",status="succeeded"}'] == 3


def test_models_in_memory_are_reported(client: FlaskClient, train: Train) -> None:
    train(line())
    for _ in range(3):
        client.post("/v1/models/line/predict", json={"points": [[4]]})
    result = series(client)
    assert result["trainlet_model_cache_loads_total"] == 1
    assert result["trainlet_model_cache_hits_total"] == 2
    assert result["trainlet_model_cache_bytes"] > 0


def test_without_redis_the_rest_is_reported(client: FlaskClient, valkey: Valkey) -> None:
    valkey.kill()
    try:
        result = series(client)
    finally:
        valkey.start()
    assert result['trainlet_up{what="redis"}'] == 0
    assert result['trainlet_up{what="store"}'] == 1
    assert result['trainlet_failures_total{by="service",what="redis"}'] > 0
    assert "trainlet_workers" not in result


def test_nonsense_in_redis_is_no_metric(client: FlaskClient, valkey: Valkey) -> None:
    valkey.redis.hset("trainlet:tallies", "epochs", "many\nfake 1")
    valkey.redis.hset("trainlet:tallies", "evil{x}", "1")
    assert series(client)["trainlet_epochs_total"] == 0
    assert "evil" not in client.get("/metrics").text


def test_it_is_reported_as_open_metrics_too(client: FlaskClient) -> None:
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert response.content_type.startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")
    assert client.get("/metrics", headers={"Accept": "image/png"}).status_code == 406


def expressions() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    [group] = ALERTS["groups"]
    return panels + [rule["expr"] for rule in group["rules"]]


@pytest.mark.parametrize("expression", expressions())
def test_dashboard_and_alerts_request_for_what_is_there(
    client: FlaskClient, queue: Queue, expression: str
) -> None:
    client.get("/healthz")
    lines = SERIES.findall(client.get("/metrics").text)
    results = {name: labels for name, labels, _ in lines}
    requested = SELECTED.findall(expression)
    assert requested
    for name, selector in requested:
        assert name in results, name
        for label in re.findall(r"(\w+)=", selector):
            assert f'{label}="' in results[name], (name, label)


def test_alerts_and_panels_state_what_they_are_about() -> None:
    [group] = ALERTS["groups"]
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(set(titles)) == len(titles) == len({p["id"] for p in DASHBOARD["panels"]})


def test_every_request_is_a_line_under_an_id_that_comes_back(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    headers = {"X-Request-ID": "trace-7"}
    response = client.post("/v1/jobs", json=circles(), headers=headers)
    assert response.headers["X-Request-ID"] == response.get_json()["request_id"] == "trace-7"
    own = client.get("/v1/nothing").headers["X-Request-ID"]
    forged = client.get("/healthz", headers={"X-Request-ID": "a b"})
    assert re.fullmatch("[0-9a-f]{16}", forged.headers["X-Request-ID"])
    messages = [vars(record)["fields"] for record in caplog.records if "fields" in vars(record)]
    accepted, first, second, third = messages
    assert accepted == {"job": response.get_json()["id"], "request_id": "trace-7"}
    assert (first["request_id"], first["path"], first["status"]) == ("trace-7", "/v1/jobs", 202)
    assert (second["request_id"], second["status"]) == (own, 404)
    assert third["method"] == "GET"
