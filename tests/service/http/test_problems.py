"""Status codes and problem documents of request errors."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.http.problems import STATUSES
from tests.service.conftest import Train
from tests.service.specs import circles, line
from trainlet import errors
from trainlet.settings import Settings

JSON = {"Content-Type": "application/json"}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    document = response.get_json()
    assert document["status"] == status
    assert document["title"]
    assert document["type"]
    assert "Traceback" not in response.text
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b'{"a":' * 500 + b"1" + b"}" * 500,
    ],
)
def test_what_is_not_json_returns_400(client: FlaskClient, body: bytes) -> None:
    problem(client.post("/v1/jobs", data=body, headers=JSON), 400)


def test_titles_are_those_of_rfc_9110_on_every_python(client: FlaskClient) -> None:
    assert problem(client.post("/v1/jobs", json={}), 422)["title"] == "Unprocessable Content"
    body = b" " * 200_000
    large = client.post("/v1/jobs", data=body, headers=JSON)
    assert problem(large, 413)["title"] == "Content Too Large"
    responses = client.get("/openapi.json").get_json()["components"]["responses"]
    assert {"UNPROCESSABLE_CONTENT", "CONTENT_TOO_LARGE", "NOT_FOUND"} <= set(responses)
    assert not {"UNPROCESSABLE_ENTITY", "REQUEST_ENTITY_TOO_LARGE"} & set(responses)


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_another_media_type_returns_415(client: FlaskClient, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    detail = problem(client.post("/v1/jobs", data=b"{}", headers=headers), 415)["detail"]
    assert "application/json" in detail


def test_a_body_without_a_length_returns_411(client: FlaskClient) -> None:
    response = client.post(
        "/v1/jobs",
        headers=JSON | {"Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )
    problem(response, 411)


def test_a_body_that_is_too_long_returns_413_with_the_limit(
    client: FlaskClient, settings: Settings, train: Train
) -> None:
    train(line())
    body = b" " * (settings.max_body_bytes + 1)
    for path in ("/v1/jobs", "/v1/models/line/predict"):
        response = client.post(path, data=body, headers=JSON)
        assert str(settings.max_body_bytes) in problem(response, 413)["detail"]


def test_an_accept_header_that_leaves_nothing_returns_406(client: FlaskClient) -> None:
    response = client.get("/v1/jobs", headers={"Accept": "image/png"})
    assert "application/json" in problem(response, 406)["detail"]
    for header in ("", "*/*", "application/*", "application/json;q=0.5, image/png"):
        assert client.get("/v1/jobs", headers={"Accept": header}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/jobs", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("GET", f"/v1/jobs/{'0' * 32}/cancel", {"OPTIONS", "POST"}),
        ("PUT", "/v1/models/line/predict", {"OPTIONS", "POST"}),
        ("TRACE", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_another_method_returns_405_with_those_allowed(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    response = client.open(path, method=method)
    problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/v1", "/v1/jobs/", "/v1//jobs", "/%ff", "/v1/models/a/b"])
def test_what_is_not_there_returns_404(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404)


def test_long_values_are_reported_short(client: FlaskClient) -> None:
    spec = circles(colours=list(range(5000)), shade="x" * 5000, more={"a": 1})
    result = problem(client.post("/v1/jobs", json=spec), 422)["errors"]
    values = {error["pointer"]: error["value"] for error in result}
    assert values["#/training/colours"] == "a list of 5000 items"
    assert values["#/training/more"] == "an object"
    assert len(values["#/training/shade"]) == 201


def test_an_error_no_one_foresaw_is_logged_and_not_reported(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("a secret")

    endpoint, _ = app.url_map.bind("").match("/healthz")
    monkeypatch.setitem(app.view_functions, endpoint, broken)
    assert "secret" not in str(problem(app.test_client().get("/healthz"), 500))
    assert "a secret" in caplog.text


def test_every_error_of_the_tree_has_a_status() -> None:
    tree = {cls for cls in vars(errors).values() if isinstance(cls, type)}
    raised = {cls for cls in tree if issubclass(cls, errors.TrainletError)}
    without = {cls for cls in raised if not any(parent in STATUSES for parent in cls.__mro__)}
    assert without == {errors.TrainletError, errors.DivergenceError}


def test_responses_carry_the_headers_that_keep_browsers_safe(client: FlaskClient) -> None:
    for path in ("/v1/jobs", "/nothing", "/docs"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
