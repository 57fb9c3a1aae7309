from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import numpy as np
import pytest

from trainlet.client import Client, Refused
from trainlet.errors import (
    Conflict,
    Invalid,
    NotFound,
    QueueFull,
    TooLarge,
    TrainletError,
    Unavailable,
)

Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler) -> Client:
    return Client("http://service.test/", transport=httpx.MockTransport(handler))


def echo(request: httpx.Request) -> httpx.Response:
    body = json.loads(request.content) if request.content else None
    return httpx.Response(200, json={"asked": f"{request.method} {request.url}", "body": body})


def test_each_method_is_one_call() -> None:
    ours = client(echo)
    host = "http://service.test"
    assert ours.submit({"name": "a"}) == {"asked": f"POST {host}/v1/jobs", "body": {"name": "a"}}
    assert ours.job("7")["asked"] == f"GET {host}/v1/jobs/7"
    assert ours.job("7", wait=5)["asked"] == f"GET {host}/v1/jobs/7?wait=5"
    assert ours.cancel("7")["asked"] == f"POST {host}/v1/jobs/7/cancel"
    assert ours.history("7")["asked"] == f"GET {host}/v1/jobs/7/history"
    assert ours.model("m")["asked"] == f"GET {host}/v1/models/m"
    assert ours.model("../a b")["asked"] == f"GET {host}/v1/models/..%2Fa%20b"
    assert ours.model("m", 3)["asked"] == f"GET {host}/v1/models/m/versions/3"
    assert ours.predict("m", [[1, 2]]) == {
        "asked": f"POST {host}/v1/models/m/predict",
        "body": {"points": [[1, 2]]},
    }
    assert b"versions/3/weights" in ours.weights("m", 3)


def test_points_may_be_an_array() -> None:
    asked = client(echo).predict("m", np.array([[1.5, 2.0]]).tolist(), version=2)
    assert asked["body"] == {"points": [[1.5, 2.0]]}


def test_faults_keep_their_pointers() -> None:
    faults = [
        {"pointer": "#/layers/0/a~1b~0", "value": 0, "allowed": "1", "detail": "must be 1"},
        {"parameter": "limit", "value": 0, "allowed": "2", "detail": "must be 2"},
    ]

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(422, json={"detail": "2 faults found", "errors": faults})

    with pytest.raises(Invalid) as caught:
        client(handler).submit({})
    one, two = caught.value.faults
    assert (one.path, one.pointer) == (("layers", 0, "a/b~"), "#/layers/0/a~1b~0")
    assert (one.value, one.allowed, one.detail) == (0, "1", "must be 1")
    assert two.path == ("limit",)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (404, NotFound),
        (409, Conflict),
        (413, TooLarge),
        (429, QueueFull),
        (500, Refused),
        (503, Unavailable),
    ],
)
def test_problems_are_errors_of_this_project(status: int, error: type[TrainletError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"detail": "what is wrong"})

    with pytest.raises(error, match="what is wrong"):
        client(handler).job("7")


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'{"detail": "", "errors": [1]}'])
def test_answers_of_something_else_are_refused_too(content: bytes) -> None:
    with pytest.raises(Refused, match="502"):
        client(lambda request: httpx.Response(502, content=content)).job("7")


def test_a_service_that_is_not_there_is_told_with_its_address() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unavailable, match=r"http://service\.test"):
        client(handler).job("7")


def jobs(*statuses: str) -> Handler:
    left = list(statuses)

    def handler(request: httpx.Request) -> httpx.Response:
        status = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(200, json={"status": status, "asked": str(request.url)})

    return handler


def test_following_ends_with_the_job() -> None:
    seen: list[Any] = list(client(jobs("queued", "running", "failed")).follow("7", every=0))
    assert [job["status"] for job in seen] == ["queued", "running", "failed"]


def test_waiting_asks_until_the_end() -> None:
    job = client(jobs("queued", "running", "succeeded")).wait("7")
    assert job["status"] == "succeeded"
    assert job["asked"].endswith("/v1/jobs/7?wait=10")


def test_waiting_can_be_bounded() -> None:
    with pytest.raises(TimeoutError, match="running after 0 seconds"):
        client(jobs("running")).wait("7", seconds=0)


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "queued"}')

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_stands_before_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with Client(f"http://{host}:{server.server_port}") as ours:
            assert ours.job("7") == {"status": "queued"}
        server.shutdown()
