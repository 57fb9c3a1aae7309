"""Idempotency-Key: a repeated submission is one job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from tests.service.specs import circles, line
from tests.valkey import Valkey
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.store import Store


def post(client: FlaskClient, key: str, spec: Any = None) -> Any:
    return client.post(
        "/v1/jobs", json=circles() if spec is None else spec, headers={"Idempotency-Key": key}
    )


def test_the_same_again_is_the_same_job_in_its_present_state(
    client: FlaskClient, store: Store
) -> None:
    first = post(client, "k")
    store.jobs.request_cancel(first.get_json()["id"])
    again = post(client, "k")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.get_json()["status"] == "cancelled"
    assert len(store.jobs.list(10)[0]) == 1


def test_how_the_body_is_written_does_not_matter(client: FlaskClient) -> None:
    spec = circles()
    first = post(client, "k", spec).get_json()
    turned = {name: spec[name] for name in reversed(spec)} | {"priority": "normal"}
    assert post(client, "k", turned).get_json()["id"] == first["id"]


def test_another_body_is_refused(client: FlaskClient) -> None:
    post(client, "k")
    response = post(client, "k", line())
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_refused_body_does_not_use_a_key_up(client: FlaskClient) -> None:
    assert post(client, "k", circles(epochs=0)).status_code == 422
    assert post(client, "k").status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "caf\xe9"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, key: str) -> None:
    response = post(client, key)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_200_at_once_are_one_job(
    settings: Settings, store: Store, queue: Queue, app: Flask, valkey: Valkey
) -> None:
    """By two applications, as two processes would have them, and Redis forgets all meanwhile."""
    apps = [app, create_app(settings, Store(store.blobs.root.as_uri()), queue)]

    def submit(number: int) -> str:
        if number == 100:
            valkey.redis.flushall()
        response = post(apps[number % 2].test_client(), "k")
        assert response.status_code == 202
        job: str = response.get_json()["id"]
        return job

    with ThreadPoolExecutor(16) as pool:
        jobs = set(pool.map(submit, range(200)))
    assert jobs == {job.id for job in store.jobs.list(10)[0]}
    assert len(jobs) == 1
    assert store.blobs.names("versions/circles") == ["1"]


def test_the_same_again_is_returned_although_the_queue_is_full_or_away(
    client: FlaskClient, valkey: Valkey
) -> None:
    first = post(client, "k").get_json()["id"]
    for key in ("l", "m"):
        assert post(client, key).status_code == 202
    assert post(client, "n").status_code == 429
    assert post(client, "k").get_json()["id"] == first
    valkey.kill()
    try:
        assert post(client, "n").status_code == 503
        assert post(client, "k").get_json()["id"] == first
    finally:
        valkey.start()


def test_one_who_died_before_the_job_was_accepted_is_no_obstacle(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(store.jobs, "accept", die)
        with pytest.raises(KeyboardInterrupt):
            post(client, "k")
    kept = store.keys.find("k")
    assert kept is not None
    assert post(client, "k").get_json()["id"] == kept.job
