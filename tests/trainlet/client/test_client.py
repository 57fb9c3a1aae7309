from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.trainlet.cli.demo.service import ID, FakeService
from trainlet.client import APIStatusError, Client, JobFailedError
from trainlet.errors import (
    ConflictError,
    NotFoundError,
    QueueFullError,
    ServiceUnavailableError,
    TooLargeError,
    TrainletError,
    ValidationError,
)

Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler) -> Client:
    return Client("http://service.test/", transport=httpx.MockTransport(handler))


def responding(requests: list[httpx.Request], **documents: Any) -> Handler:
    """Respond with the document named by the last segment of the path; record the requests."""

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=documents[request.url.path.rpartition("/")[2]])

    return handler


def job(**more: Any) -> dict[str, Any]:
    return FakeService().job(200) | more


def test_names_are_quoted_in_paths() -> None:
    requests: list[httpx.Request] = []
    ours = client(responding(requests, cancel=job(), history={}))
    ours.cancel("../a b")
    ours.history("7")
    assert [request.url.raw_path.decode() for request in requests] == [
        "/v1/jobs/..%2Fa%20b/cancel",
        "/v1/jobs/7/history",
    ]


def test_errors_keep_their_pointers() -> None:
    errors = [
        {"pointer": "#/layers/0/a~1b~0", "value": 0, "allowed": "1", "detail": "must be 1"},
        {"parameter": "limit", "value": 0, "allowed": "2", "detail": "must be 2"},
    ]

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(422, json={"detail": "2 errors found", "errors": errors})

    with pytest.raises(ValidationError) as caught:
        client(handler).submit({})
    one, two = caught.value.errors
    assert (one.path, one.pointer) == (("layers", 0, "a/b~"), "#/layers/0/a~1b~0")
    assert (one.value, one.allowed, one.detail) == (0, "1", "must be 1")
    assert two.path == ("limit",)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, APIStatusError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, TooLargeError),
        (429, QueueFullError),
        (500, APIStatusError),
        (503, ServiceUnavailableError),
    ],
)
def test_problems_are_raised_as_errors(status: int, error: type[TrainletError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"detail": "broken"})

    with pytest.raises(error, match="broken"):
        client(handler).job("7")


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'{"detail": "", "errors": [1]}'])
def test_error_responses_of_another_server_are_rejected(content: bytes) -> None:
    with pytest.raises(APIStatusError, match="502"):
        client(lambda request: httpx.Response(502, content=content)).job("7")


def test_an_unreachable_api_is_reported_with_its_url() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ServiceUnavailableError, match=r"http://service\.test"):
        client(handler).job("7")


def jobs(*statuses: str) -> Handler:
    left = list(statuses)

    def handler(request: httpx.Request) -> httpx.Response:
        status = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(200, json=job(status=status, warnings=[str(request.url)]))

    return handler


def test_following_stops_when_the_job_finishes() -> None:
    actual = list(client(jobs("queued", "running", "failed")).follow("7", every=0))
    assert [job.status for job in actual] == ["queued", "running", "failed"]


def test_waiting_polls_until_the_job_finishes() -> None:
    ended = client(jobs("queued", "running", "succeeded")).wait("7")
    assert ended.status == "succeeded"
    assert ended.warnings[0].endswith("/v1/jobs/7?wait=10")


def test_waiting_can_be_bounded() -> None:
    with pytest.raises(TimeoutError, match="running after 0 seconds"):
        client(jobs("running")).wait("7", seconds=0)


def test_training_waits_and_returns_the_history() -> None:
    documents = {"jobs": job(status="queued"), ID: job(), "history": {"loss": [2.0, "nan", 1]}}
    trained = client(responding([], **documents)).train({}, progress=False)
    assert (trained.status, trained.model.name, trained.model.version) == (
        "succeeded",
        "four-circles",
        3,
    )
    assert trained.history is not None
    assert trained.history.epochs == 3
    assert "<svg" in trained._repr_html_()


def test_training_without_waiting_returns_the_queued_job() -> None:
    requests: list[httpx.Request] = []
    submitted = client(responding(requests, jobs=job(status="queued"))).train({"a": 1}, wait=False)
    assert (submitted.id, submitted.status, submitted.history) == (ID, "queued", None)
    (request,) = requests
    assert json.loads(request.content) == {"a": 1}


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_training_without_a_model_is_an_error(status: str) -> None:
    ended = job(status=status, error={"detail": "diverged"})
    with pytest.raises(JobFailedError, match=f"{status}: diverged") as caught:
        client(responding([], **{"jobs": ended, ID: ended})).train({}, progress=False)
    assert caught.value.job.id == ID


def test_training_reports_its_progress_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    service = FakeService()
    Client("http://service.test", transport=service).train({})
    out, err = capsys.readouterr()
    assert out == ""
    assert "running: epoch 100/200, loss 0.2500" in err


def test_idempotent_requests_are_retried() -> None:
    responses = [503, 503, 200]

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(responses.pop(0), json=job() | {"detail": "away"})

    assert client(handler).job("7").id == ID
    responses = [503, 200]
    assert client(handler).cancel("7").id == ID  # idempotent


def test_a_retried_submission_creates_one_job() -> None:
    keys: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ReadError("lost")
        return httpx.Response(202, json=job())

    ours = client(handler)
    assert ours.submit({}).id == ID
    ours.submit({})
    ours.submit({}, key="mine")
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] == "mine"


def test_a_full_queue_is_reported_at_once() -> None:
    responses = [429, 202]
    with pytest.raises(QueueFullError):
        client(lambda request: httpx.Response(responses.pop(0), json={"detail": "full"})).submit({})


def test_waiting_survives_a_restart_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = [200, *[503] * 9, 200]
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)

    def handler(request: httpx.Request) -> httpx.Response:
        status = "succeeded" if len(responses) == 1 else "running"
        return httpx.Response(responses.pop(0), json=job(status=status, detail="away"))

    assert client(handler).wait("7").ended
    assert naps[:5] == [0.1, 0.2, 0.4, 0.8, 1.0]


@pytest.mark.parametrize(
    ("spec", "error"), [({"a": float("nan")}, ValueError), ({"a": object()}, TypeError)]
)
def test_values_without_json_are_located_before_sending(spec: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="#/a: must be"):
        client(responding([])).submit(spec)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b""])
def test_success_responses_of_another_server_are_rejected(content: bytes) -> None:
    with pytest.raises(TrainletError, match="not a trainlet API"):
        client(lambda request: httpx.Response(200, content=content)).job("7")


class JobHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(job()).encode())

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_is_used_for_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), JobHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with Client(f"http://{host}:{server.server_port}") as ours:
            assert ours.job("7").id == ID
        server.shutdown()
