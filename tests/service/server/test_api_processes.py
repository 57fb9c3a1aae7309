"""`python -m service` as a process: serving, shutdown and cleanup."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from tests.eventually import eventually
from tests.ports import free_port
from tests.processes import is_gone
from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet.settings import Settings

ROOT = Path(__file__).parents[3]

MANY = 40
"""Connections of which not all come to one of three processes: the kernel deals them out."""


class Service:
    """A service in processes of its own."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        self.port = free_port()
        self.environment = os.environ | {
            "TRAINLET_PORT": str(self.port),
            "TRAINLET_REDIS_URL": settings.queue_url,
            "TRAINLET_BLOB_URL": settings.blob_url,
            "TRAINLET_THREADS": "2",
            "TRAINLET_API_PROCESSES": "3",
            **environment,
        }
        self.process = self.start()

    def start(self, stderr: int | None = None) -> subprocess.Popen[str]:
        """Start it; its output must be read to the end, because a full pipe blocks the service."""
        return subprocess.Popen(
            [sys.executable, "-m", "service"],
            cwd=ROOT,
            env=self.environment,
            stderr=stderr,
            text=True,
        )

    def ask(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            body = None if document is None else orjson.dumps(document)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, orjson.loads(response.read())

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in path.read_text().split()]


@contextmanager
def serving(settings: Settings, **environment: str) -> Iterator[Service]:
    service = Service(settings, **environment)
    try:
        eventually(service.answers, what="the service answers")
        yield service
    finally:
        service.process.terminate()
        service.process.wait(60)


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with serving(settings) as service:
        yield service


def test_it_serves_until_it_is_reported_to_stop(service: Service, train: Train) -> None:
    train(line())
    status, response = service.ask("POST", "/v1/models/line/predict", {"points": [[4]]})
    assert (status, response["outputs"]) == (200, [[8.0]])
    children = service.children()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0
    assert all(is_gone(child) for child in children)


def test_requests_that_wait_are_returned_before_it_stops(service: Service) -> None:
    _, job = service.ask("POST", "/v1/jobs", circles())
    path = f"{job['links']['self']}?wait="
    responses: list[tuple[int, Any]] = [(503, None)]

    def wait() -> None:
        while responses[-1][0] == 503:
            responses.append(service.ask("GET", f"{path}30"))

    def refused() -> bool:
        return service.ask("GET", f"{path}1")[0] == 503

    waiting = Thread(target=wait)
    waiting.start()
    # There is capacity for a single waiting request: if one is rejected, the other is waiting.
    eventually(refused, seconds=30, what="the request waits")
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0
    waiting.join(60)
    assert (responses[-1][0], responses[-1][1]["status"]) == (200, "queued")


def test_all_processes_response_and_count_together(service: Service) -> None:
    for _ in range(MANY):
        service.ask("GET", "/healthz")
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        connection.request("GET", "/metrics")
        payload = connection.getresponse().read().decode()
    assert f'route="/healthz",status="200"}} {MANY}.0' in payload
    assert len(service.children()) == 3


def test_a_rate_is_one_for_all_processes(settings: Settings) -> None:
    with serving(settings, TRAINLET_RATE_LIMIT_PER_IP="0.001") as service:
        statuses = [service.ask("GET", "/v1/jobs")[0] for _ in range(MANY)]
    assert statuses == [200] + [429] * (MANY - 1)


def test_streams_are_bounded_in_all_processes_together(settings: Settings) -> None:
    with serving(settings, TRAINLET_MAX_STREAMS="1") as service:
        _, job = service.ask("POST", "/v1/jobs", circles())
        path = job["links"]["events"]
        with closing(http.client.HTTPConnection("127.0.0.1", service.port)) as connection:
            connection.request("GET", path)
            assert connection.getresponse().status == 200
            assert {service.ask("GET", path)[0] for _ in range(MANY)} == {503}


def test_if_a_process_dies_the_others_end_and_it_is_reported_by_the_status(
    service: Service,
) -> None:
    """Event streams work while requests sleep in all threads."""
    _, job = service.ask("POST", "/v1/jobs", circles())
    children = service.children()
    with ExitStack() as stack:
        for _ in range(MANY):
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
            stack.enter_context(closing(connection)).request("GET", job["links"]["events"])
            assert connection.getresponse().status == 200
        os.kill(children[0], signal.SIGKILL)
        assert service.process.wait(60) == 1
    assert all(is_gone(child) for child in children)


def test_a_signal_to_hang_up_ends_it_too(service: Service) -> None:
    service.process.send_signal(signal.SIGHUP)
    assert service.process.wait(60) == 0


def test_nothing_of_it_outlives_it(service: Service) -> None:
    children = service.children()
    assert children
    service.process.kill()
    eventually(lambda: all(map(is_gone, children)), what="the children are gone")


def test_a_second_one_on_the_same_port_states_so_in_a_line(service: Service) -> None:
    second = service.start(subprocess.PIPE)
    _, payload = second.communicate(timeout=60)
    assert second.returncode == 1
    assert len(payload.splitlines()) == 1
    assert f"port {service.port}" in payload
    assert "TRAINLET_PORT" in payload


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TRAINLET_PORT", "0", "TRAINLET_PORT"),
        ("TRAINLET_REDIS_URL", "", "TRAINLET_REDIS_URL"),
        ("TRAINLET_BLOB_URL", "file:///dev/null/blobs", "TRAINLET_BLOB_URL=file:///dev/null/blobs"),
    ],
)
def test_settings_that_cannot_be_used_are_reported_in_a_line(
    settings: Settings, name: str, value: str, expected: str
) -> None:
    service = Service.__new__(Service)
    service.environment = os.environ | {
        "TRAINLET_REDIS_URL": settings.queue_url,
        "TRAINLET_BLOB_URL": settings.blob_url,
        "TRAINLET_PORT": str(free_port()),
        name: value,
    }
    process = service.start(subprocess.PIPE)
    _, payload = process.communicate(timeout=60)
    assert process.returncode != 0
    assert len(payload.splitlines()) == 1
    assert expected in payload


def test_a_store_that_does_not_response_is_reported_by_one_of_the_processes(
    settings: Settings,
) -> None:
    service = Service.__new__(Service)
    service.environment = os.environ | {
        "TRAINLET_REDIS_URL": settings.queue_url,
        "TRAINLET_BLOB_URL": "s3://bucket",
        "TRAINLET_PORT": str(free_port()),
        "TRAINLET_API_PROCESSES": "3",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    process = service.start(subprocess.PIPE)
    _, payload = process.communicate(timeout=60)
    assert process.returncode == 1
    [line] = [line for line in payload.splitlines() if line.startswith("trainlet service: ")]
    assert "http://127.0.0.1:1/bucket" in line
