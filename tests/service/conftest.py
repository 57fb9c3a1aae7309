"""The app over a real store and a real queue, and models without workers."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from tests.valkey import Valkey
from trainlet.config import from_json
from trainlet.network import Data, fit
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.spec import JobSpec, describe, encoding_of, network_of, resolve
from trainlet.store import End, Job, Model, Store

Train = Callable[[dict[str, Any]], Job]


@pytest.fixture
def settings(valkey: Valkey, store: Store) -> Settings:
    return Settings(
        redis_url=valkey.url,
        blob_url=store.blobs.root.as_uri(),
        threads=4,
        max_points=1000,
        max_body_bytes=100_000,
        max_queued=3,
    )


@pytest.fixture
def queue(settings: Settings) -> Queue:
    return Queue(connect(settings.queue_url), settings.max_queued)


@pytest.fixture
def stopping() -> Event:
    return Event()


@pytest.fixture
def app(settings: Settings, store: Store, queue: Queue, stopping: Event) -> Flask:
    return create_app(settings, store, queue, stopping)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def train(store: Store) -> Train:
    """Accept a spec and train it to its end here, as a worker would."""

    def run(document: dict[str, Any]) -> Job:
        spec = from_json(JobSpec, document)
        read = store.datasets.read
        spec = resolve(spec, describe(spec, read))
        job = store.jobs.accept(spec)
        claim(store, job)
        model = _trained(job, spec, store)
        history = model.history
        metrics = {name: values[-1] for name, values in history.items()}
        end = End("succeeded", "epochs", metrics=metrics, sha256=store.models.publish(model))
        store.attempts.end(job.id, end, history)
        store.attempts.settle(job.id)
        return store.jobs.get(job.id)

    return run


def claim(store: Store, job: Job) -> None:
    """Begin the first attempt at a job."""
    descriptor = store.attempts.claim(job.id, 1, 0, "a test")
    assert descriptor is not None
    os.close(descriptor)


def _trained(job: Job, spec: JobSpec, store: Store) -> Model:
    description = describe(spec, store.datasets.read)
    network = network_of(spec, description)
    table = spec.dataset.source.load(store.datasets.read)
    training = table.take(spec.dataset.split.parts(len(table.inputs)).training)
    preparation = spec.dataset.preparation.fit(training, encoding_of(spec, description))
    data = Data(
        preparation.inputs(training.inputs, network.dtype),
        preparation.targets(training.targets, network.dtype),
    )
    state = fit(network, data, spec.training)
    history = {name: list(values) for name, values in state.history.items()}
    metrics = {name: values[-1] for name, values in history.items()}
    return Model(
        job.id, spec, network, state.parameters, preparation, history, metrics, {"by": "a test"}
    )
