"""Training without workers, for tests of the prediction path."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from trainlet.config import from_json
from trainlet.network import Data, fit
from trainlet.spec import JobSpec, describe, encoding_of, network_of, resolve
from trainlet.store import End, Job, Model, Store


def train(store: Store, document: dict[str, Any]) -> Job:
    """Accept a spec and train it to its end here, as a worker would."""
    spec = from_json(JobSpec, document)
    spec = resolve(spec, describe(spec, store.datasets.read))
    job = store.jobs.accept(spec)
    claim(store, job)
    model = _trained(job, spec, store)
    sha256 = store.models.publish(model)
    end = End("succeeded", "completed", metrics=model.metrics, sha256=sha256)
    store.attempts.end(job.id, end, model.history)
    store.attempts.settle(job.id)
    return store.jobs.get(job.id)


def claim(store: Store, job: Job) -> None:
    """Begin the first attempt at a job."""
    descriptor = store.attempts.claim(job.id, 1, 0, "a test")
    assert descriptor is not None
    os.close(descriptor)


def _trained(job: Job, spec: JobSpec, store: Store) -> Model:
    description = describe(spec, store.datasets.read)
    network = network_of(spec, description)
    table = spec.dataset.preprocessing.table(spec.dataset.source.load(store.datasets.read))
    training = table.take(spec.dataset.split.apply(len(table.inputs)).training)
    fitted = spec.dataset.preprocessing.fit(training, encoding_of(spec, description))
    preprocessing = replace(fitted, file=description.file)
    data = Data(
        preprocessing.inputs(training.inputs, network.dtype),
        preprocessing.targets(training.targets, network.dtype),
    )
    state = fit(network, data, spec.training)
    history = {name: list(values) for name, values in state.history.items()}
    metrics = {name: values[-1] for name, values in history.items()}
    return Model(
        job.id, spec, network, state.parameters, preprocessing, history, metrics, {"by": "a test"}
    )
