"""The fast path returns the same bytes as Flask for any request."""

from __future__ import annotations

import json
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.test import Client, TestResponse

from service.http.npy import NPY
from service.http.security_headers import SecurityHeaders
from service.inference import fast_path
from service.inference.fast_path import AFFINITY
from tests.service.conftest import Train
from tests.service.specs import circles, line

NUMBERS = some.floats(width=32) | some.integers(-(10**30), 10**30)
VALUES = NUMBERS | some.booleans() | some.none() | some.text(max_size=3)
POINTS = some.lists(some.lists(NUMBERS, min_size=2, max_size=2), max_size=20)
JSON = "application/json"
FORMS = some.sampled_from([JSON, NPY, "*/*", "text/html", f"{NPY};q=0.5, {JSON}"])


@pytest.fixture
def flask(app: Flask) -> Client:
    """Return a client whose requests Flask handles."""
    return Client(SecurityHeaders(partial(Flask.wsgi_app, app)))


def parts_of(response: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    """Return a response without headers that always differ."""
    headers = dict(response.headers)
    assert len(headers.pop("X-Request-ID")) == 16
    return response.status_code, response.data, headers


def alike(
    client: FlaskClient,
    flask: Client,
    path: str,
    form: str = "/v1/models/{}/predict",
    **options: Any,
) -> tuple[int, bytes]:
    address = form.format(path)
    status, data, headers = parts_of(client.post(address, **options))
    assert (status, data, headers) == parts_of(flask.post(address, **options))
    return status, data


REPEATED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@REPEATED
@given(points=POINTS | some.lists(some.lists(VALUES, max_size=3), max_size=4), accept=FORMS)
def test_json_is_returned_alike(
    client: FlaskClient, flask: Client, train: Train, points: Any, accept: str
) -> None:
    if client.get("/v1/models/circles").status_code == 404:
        train(circles())
    headers = {"Content-Type": JSON, "Accept": accept}
    alike(client, flask, "circles", data=json.dumps({"points": points}), headers=headers)


@REPEATED
@given(
    body=some.binary(max_size=40), kind=FORMS, path=some.sampled_from(["line", "gone", "%C3%BC"])
)
def test_nonsense_is_returned_alike(
    client: FlaskClient, flask: Client, train: Train, body: bytes, kind: str, path: str
) -> None:
    if client.get("/v1/models/line").status_code == 404:
        train(line())
    alike(client, flask, path, data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("path", ["line", "line/versions/1", "line/versions/2", "line/versions/x"])
@pytest.mark.parametrize("accept", [NPY, JSON])
def test_arrays_and_versions_are_returned_alike(
    client: FlaskClient, flask: Client, train: Train, path: str, accept: str
) -> None:
    train(line())
    file = BytesIO()
    np.save(file, np.arange(300.0)[:, np.newaxis])
    headers = {"Content-Type": NPY, "Accept": accept}
    status, _ = alike(client, flask, path, data=file.getvalue(), headers=headers)
    assert status == (200 if path in ("line", "line/versions/1") else 404)


INFER = "/v2/models/{}/infer"
TENSOR = {"name": "points", "shape": [2, 1], "datatype": "FP64", "data": [1, 2.5]}
BINARY = {"parameters": {"binary_data_output": True}}
WANTED = {"outputs": [{"name": "outputs", "parameters": {"binary_data": True}}]}


@pytest.mark.parametrize("path", ["line", "line/versions/1", "line/versions/2", "line/versions/x"])
@pytest.mark.parametrize("more", [{}, BINARY, WANTED, {"id": "7"}, {"outputs": [{"name": "x"}]}])
def test_inferences_are_returned_alike(
    client: FlaskClient, flask: Client, train: Train, path: str, more: dict[str, Any]
) -> None:
    train(line())
    status, _ = alike(client, flask, path, INFER, json={"inputs": [TENSOR], **more})
    there = path in ("line", "line/versions/1")
    assert status == ((400 if "x" in str(more.get("outputs")) else 200) if there else 404)


@pytest.mark.parametrize("length", ["", "0", "130", "9999", "-1", "x", None])
@pytest.mark.parametrize("encoding", [None, "identity", "gzip"])
@pytest.mark.parametrize("accept", [None, "*/*", JSON, "application/octet-stream", "text/html"])
def test_binary_tensors_are_returned_alike(
    client: FlaskClient,
    flask: Client,
    train: Train,
    length: str | None,
    encoding: str | None,
    accept: str | None,
) -> None:
    train(line())
    size = {"binary_data_size": 16}
    tensor = {key: value for key, value in TENSOR.items() if key != "data"} | {"parameters": size}
    head = json.dumps({"inputs": [tensor], **BINARY}).encode()
    requested = {
        "Inference-Header-Content-Length": str(len(head)) if length == "" else length,
        "Content-Encoding": encoding,
        "Accept": accept,
    }
    headers = {name: value for name, value in requested.items() if value is not None}
    body = head + np.array([1, 2.5]).tobytes()
    status, data = alike(client, flask, "line", INFER, data=body, headers=headers)
    if length == "" and encoding != "gzip" and accept != "text/html":
        assert status == 200
        assert np.frombuffer(data[-8:], np.float32).tolist() == [2.0, 5.0]
    else:
        assert status >= 400


@REPEATED
@given(
    body=some.binary(max_size=40)
    | some.fixed_dictionaries(
        {"inputs": some.lists(some.dictionaries(some.sampled_from(list(TENSOR)), VALUES))}
    ).map(lambda document: json.dumps(document).encode()),
    length=some.none() | some.integers(-1, 50).map(str),
)
def test_nonsense_of_the_protocol_gets_the_same_error(
    client: FlaskClient, flask: Client, train: Train, body: bytes, length: str | None
) -> None:
    if client.get("/v1/models/line").status_code == 404:
        train(line())
    headers = {} if length is None else {"Inference-Header-Content-Length": length}
    alike(client, flask, "line", INFER, data=body, headers=headers)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/models/line/predict", {"points": [[1]]}),
        ("/v2/models/line/infer", {"inputs": [TENSOR]}),
    ],
)
def test_what_is_plain_does_not_reach_flask(
    app: Flask,
    client: FlaskClient,
    train: Train,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, Any],
) -> None:
    train(line())
    monkeypatch.setattr(app, "full_dispatch_request", None)
    response = client.post(path, json=body)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


class Asked:
    """Return the last affinity that was set."""

    share_it: bool | None = None

    def share(self, *, share: bool) -> None:
        self.share_it = share


@pytest.mark.parametrize(("count", "share"), [(1, True), (1000, False)])
def test_threads_that_compute_little_share_a_processor(
    client: FlaskClient, train: Train, monkeypatch: pytest.MonkeyPatch, count: int, share: bool
) -> None:
    train(circles())
    monkeypatch.setattr(fast_path, "SMALL_MULTIPLICATIONS", 100)
    requested = Asked()
    response = client.post(
        "/v1/models/circles/predict",
        json={"points": [[1, 2]] * count},
        environ_base={AFFINITY: requested},
    )
    assert response.status_code == 200
    assert requested.share_it is share
    client.get("/v1/models/circles", environ_base={AFFINITY: requested})
    assert requested.share_it is False
