"""API keys: scopes, tenancy and rate limits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.datastructures import Headers

from service.app import configure, routes
from service.auth.principal import needed
from tests.service import training
from tests.service.conftest import Train
from tests.service.http.test_problems import problem
from tests.service.specs import circles, line
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.store import Store, TenantView

OPEN = {"/healthz", "/readyz", "/openapi.json", "/docs", "/docs/<name>", "/v2"}
OPEN |= {"/", "/page/<version>/<path:name>"}
OPEN |= {"/v2/health/live", "/v2/health/ready", "/v2/<path:path>"}


class Guarded:
    """API that requires keys, with its key store."""

    def __init__(self, app: Flask, settings: Settings, store: Store, queue: Queue) -> None:
        self.store = store
        self.app = app
        configure(app, settings, store, queue, Event())

    def anybody(self) -> FlaskClient:
        return self.app.test_client()

    def client(self, *scopes: str, **requested: Any) -> FlaskClient:
        """Return a client with a new key."""
        _, key = self.store.api_keys.create("a test", scopes, **requested)
        return self.holder(key)

    def holder(self, key: str) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return client


Open = Callable[..., Guarded]


@pytest.fixture(scope="session")
def guarded_app() -> Flask:
    """Another one than that of the fixture `app`, for tests that need both."""
    return routes()


@pytest.fixture
def open_service(guarded_app: Flask, settings: Settings, store: Store, queue: Queue) -> Open:
    def make(**changes: Any) -> Guarded:
        return Guarded(guarded_app, replace(settings, **({"auth": "on"} | changes)), store, queue)

    return make


@pytest.fixture
def guarded(open_service: Open) -> Guarded:
    return open_service()


def test_without_keys_everybody_may_do_everything(client: FlaskClient) -> None:
    assert client.post("/v1/jobs", json=circles()).status_code == 202
    headers = {"Authorization": "Bearer nonsense"}
    assert client.get("/v1/jobs", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, ""),
        ("", ""),
        ("Basic YTpi", ""),
        ("Bearer", ""),
        ("Bearer x", "invalid_token"),
        ("Bearer é", "invalid_token"),
        ("Bearer trainlet_0123456789abcdef_" + "A" * 43, "invalid_token"),
    ],
)
def test_without_a_known_key_the_response_is_401(
    guarded: Guarded, header: str | None, error: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = guarded.anybody().get("/v1/jobs", headers=headers)
    problem(response, 401)
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert ("error=" in challenge) == bool(error)
    assert error in challenge


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/openapi.json", "/docs", "/v2/health/live"]
)
def test_whether_it_lives_and_what_it_can_do_is_reported_to_all(
    guarded: Guarded, path: str
) -> None:
    assert guarded.anybody().get(path).status_code == 200


def test_a_key_without_the_scope_gets_403(guarded: Guarded) -> None:
    response = guarded.client("read", "predict").post("/v1/jobs", json=circles())
    detail = problem(response, 403)["detail"]
    assert detail == "This request needs the scope train; the API key has predict, read."
    challenge = response.headers["WWW-Authenticate"]
    assert "insufficient_scope" in challenge
    assert "scope=train" in challenge
    assert guarded.store.jobs.list(10) == ([], None)


@pytest.mark.parametrize(
    ("scope", "jobs", "submit", "predict", "metadata"),
    [
        ("read", 200, 403, 403, 200),
        ("train", 403, 202, 403, 403),
        ("predict", 403, 403, 200, 200),
        ("admin", 200, 202, 200, 200),
    ],
)
def test_a_scope_allows_what_it_states(
    guarded: Guarded,
    train: Train,
    scope: str,
    jobs: int,
    submit: int,
    predict: int,
    metadata: int,
) -> None:
    train(line())
    client, points = guarded.client(scope), {"points": [[4]]}
    assert client.get("/v1/jobs").status_code == jobs
    assert client.post("/v1/jobs", json=circles()).status_code == submit
    assert client.post("/v1/models/line/predict", json=points).status_code == predict
    assert client.get("/v2/models/line").status_code == metadata


def test_every_route_needs_what_its_kind_does(guarded: Guarded) -> None:
    """Public routes are listed; reading needs `read`, except for predictions."""
    for rule in guarded.app.url_map.iter_rules():
        view = guarded.app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            scopes = needed(view, method)
            assert (not scopes) == (rule.rule in OPEN), rule
            if method == "GET" and scopes:
                assert "read" in scopes, rule
            if method in ("PUT", "DELETE") and scopes:
                assert scopes == ("train",), rule
            if method == "POST" and scopes == ("read",):
                assert rule.rule == "/v1/datasets/preview"


def test_the_document_states_which_keys_a_call_takes(guarded: Guarded, client: FlaskClient) -> None:
    document = guarded.anybody().get("/openapi.json").get_json()
    validate(document)
    submit, alive = document["paths"]["/v1/jobs"]["post"], document["paths"]["/healthz"]["get"]
    assert submit["security"] == [{"key": ["train"]}]
    assert {"401", "403", "429"} <= set(submit["responses"])
    assert "security" not in alive
    one = document["paths"]["/v1/datasets/{dataset_id}"]["get"]
    assert one["security"] == [{"key": ["read"]}]
    assert "security" not in client.get("/openapi.json").text


def test_the_protocols_calls_respond_in_its_form(guarded: Guarded) -> None:
    response = guarded.anybody().post("/v2/models/line/infer", json={})
    assert (response.status_code, list(response.get_json())) == (401, ["error"])
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    response = guarded.client("read").post("/v2/models/line/infer", json={})
    assert (response.status_code, list(response.get_json())) == (403, ["error"])
    assert "insufficient_scope" in response.headers["WWW-Authenticate"]


def test_a_revoked_key_is_refused_soon(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    api_key, key = guarded.store.api_keys.create("a test", ["read"])
    client = guarded.holder(key)
    assert client.get("/v1/jobs").status_code == 200
    guarded.store.api_keys.revoke(api_key.id)
    monkeypatch.setattr("service.auth.authentication.CACHE_SECONDS", 0.0)
    monkeypatch.setattr("service.auth.authentication.time.monotonic", lambda: 1e9)
    problem(client.get("/v1/jobs"), 401)


def test_a_key_is_never_reported_nor_logged(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, key = guarded.store.api_keys.create("a test", ["read", "train", "predict"])
    secret, client = key.split("_", 2)[2], guarded.holder(key)
    headers = Headers({"Idempotency-Key": key + "é"})
    responses = [
        client.get(f"/v1/jobs?key={key}"),
        client.get(f"/v1/jobs/{key}"),
        client.post("/v1/jobs", json={"name": key}),
        client.post("/v1/jobs", json=circles(), headers=headers),
        client.get(f"/v2/models/{key}"),
        guarded.holder(key[:-3]).get("/v1/jobs"),
    ]
    for response in responses:
        assert response.status_code in (401, 404, 422), response.text
        assert secret[:20] not in response.text
        assert secret[:20] not in str(response.headers)
    assert secret[:20] not in caplog.text


def test_owners_do_not_see_each_other(open_service: Open) -> None:
    guarded = open_service(tenancy="key")
    blue, red = (guarded.client("train", "read", owner=name) for name in ("blue", "red"))
    job = blue.post("/v1/jobs", json=circles()).get_json()
    assert blue.get(job["links"]["self"]).status_code == 200
    problem(red.get(job["links"]["self"]), 404)
    problem(red.post(job["links"]["cancel"]), 404)
    problem(red.get(job["links"]["events"]), 404)
    problem(red.get(job["links"]["history"]), 404)
    assert red.get("/v1/jobs").get_json()["data"] == []
    fork = circles() | {"start_from": {"job": job["id"]}}
    assert red.post("/v1/jobs", json=fork).get_json()["errors"][0]["pointer"] == "#/start_from/job"
    assert red.post("/v1/jobs", json=circles()).get_json()["model"]["version"] == 1
    boss = guarded.client("admin")
    assert len(boss.get("/v1/jobs").get_json()["data"]) == 2
    assert guarded.client("read", owner="blue").get(job["links"]["self"]).status_code == 200


def test_owners_predict_with_their_own_models(open_service: Open, store: Store) -> None:
    guarded = open_service(tenancy="key")
    training.train(store.for_tenant(TenantView("blue")), line())
    points = {"points": [[4]]}
    blue, red = (guarded.client("predict", "read", owner=name) for name in ("blue", "red"))
    for _ in range(2):  # the second time it is in memory
        assert blue.post("/v1/models/line/predict", json=points).get_json()["outputs"] == [[8.0]]
        for path in ("/v1/models/line", "/v1/models/line/versions/1", "/v1/models/blue.line"):
            problem(red.post(f"{path}/predict", json=points), 404)
    assert guarded.client("admin").get("/v1/models/blue.line").status_code == 200


def test_a_key_with_a_prefix_has_names_of_its_own(guarded: Guarded, train: Train) -> None:
    train(line())
    client = guarded.client("train", "read", "predict", prefix="circ")
    assert client.post("/v1/jobs", json=circles()).status_code == 202
    assert "begin with 'circ'" in problem(client.post("/v1/jobs", json=line()), 403)["detail"]
    problem(client.get("/v1/models/line"), 404)
    problem(client.post("/v1/models/line/predict", json={"points": [[4]]}), 404)
    problem(client.post("/v1/models?name=line", data=b"x"), 403)


def test_an_idempotency_key_is_its_callers_own(guarded: Guarded) -> None:
    headers = {"Idempotency-Key": "the-same"}
    one, other = guarded.client("train"), guarded.client("train")
    first = one.post("/v1/jobs", json=circles(), headers=headers).get_json()
    again = one.post("/v1/jobs", json=circles(), headers=headers).get_json()
    second = other.post("/v1/jobs", json=circles(epochs=3), headers=headers)
    assert first["id"] == again["id"]
    assert second.status_code == 202
    assert second.get_json()["id"] != first["id"]


def test_more_requests_than_a_key_may_make_get_429(open_service: Open) -> None:
    guarded = open_service(rate_limit_per_key=1)
    client, other = guarded.client("read"), guarded.client("read")
    statuses = [client.get("/v1/jobs").status_code for _ in range(4)]
    assert statuses[:2] == [200, 200]
    assert 429 in statuses
    response = client.get("/v1/jobs")
    problem(response, 429)
    assert int(response.headers["Retry-After"]) >= 1
    assert other.get("/v1/jobs").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_prediction_that_fails_counts_once(open_service: Open) -> None:
    client = open_service(rate_limit_per_key=1).client("predict")
    requested = {"path": "/v1/models/gone/predict", "json": {"points": [[1, 2]]}}
    assert [client.post(**requested).status_code for _ in range(2)] == [404, 404]


def test_a_prediction_goes_to_the_hosts_that_are_named(open_service: Open, train: Train) -> None:
    train(line())
    client = open_service(auth="off", allowed_hosts="a.example").anybody()
    requested = {"path": "/v1/models/line/predict", "json": {"points": [[1]]}}
    problem(client.post(**requested, headers={"Host": "evil.example"}), 400)
    assert client.post(**requested, headers={"Host": "a.example"}).status_code == 200


def test_addresses_are_limited_too_before_keys_are_looked_at(open_service: Open) -> None:
    client = open_service(rate_limit_per_ip=1, trusted_proxies=1).anybody()
    for address, last in (("192.0.2.1", 429), ("192.0.2.2", 401)):
        headers = {"X-Forwarded-For": address}
        requested = 5 if last == 429 else 1
        statuses = [client.get("/v1/jobs", headers=headers).status_code for _ in range(requested)]
        assert statuses[-1] == last


def test_another_host_than_those_named_is_refused(open_service: Open) -> None:
    here = open_service(auth="off").anybody()
    problem(here.get("/v1/jobs", headers={"Host": "evil.example"}), 400)
    assert here.get("/v1/jobs", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    named = open_service(auth="off", allowed_hosts="a.example").anybody()
    assert named.get("/v1/jobs", headers={"Host": "a.example"}).status_code == 200
    problem(named.get("/v1/jobs"), 400)
    anyone = open_service(auth="off", allowed_hosts="*").anybody()
    assert anyone.get("/v1/jobs", headers={"Host": "evil.example"}).status_code == 200


def test_pages_of_other_origins_may_not_request_unless_they_are_named(
    client: FlaskClient, open_service: Open
) -> None:
    headers = {"Origin": "https://a.example", "Access-Control-Request-Headers": "authorization"}
    refused = client.options("/v1/jobs", headers=headers)
    assert not [name for name, _ in refused.headers if name.startswith("Access-Control")]
    named = open_service(cors_origins="https://a.example").anybody()
    allowed = named.options("/v1/jobs", headers=headers).headers
    assert allowed["Access-Control-Allow-Origin"] == "https://a.example"
    assert allowed["Access-Control-Allow-Headers"] == "authorization"
    assert named.get("/healthz", headers=headers).headers["Vary"] == "Origin"
    other = named.get("/healthz", headers={"Origin": "https://b.example"}).headers
    assert "Access-Control-Allow-Origin" not in other


@pytest.mark.parametrize(
    ("host", "keys", "demanded"),
    [
        ("127.0.0.1", "auto", False),
        ("localhost", "auto", False),
        ("::1", "auto", False),
        ("0.0.0.0", "auto", True),
        ("::", "auto", True),
        ("api.example", "auto", True),
        ("0.0.0.0", "off", False),
        ("127.0.0.1", "on", True),
    ],
)
def test_keys_are_demanded_wherever_others_can_reach_it(
    host: str, keys: Any, demanded: bool
) -> None:
    assert Settings(host=host, auth=keys).demands_keys == demanded
