"""Model cache: loading and eviction."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest

from service.inference.model_cache import LoadedModel, LoadedModels
from service.observability.metrics import Metrics
from tests.service.conftest import Train
from tests.service.specs import line
from trainlet.errors import NotFoundError
from trainlet.store import Model, Store


@pytest.fixture
def metrics_collector() -> Metrics:
    return Metrics()


def counted_by(metrics_collector: Metrics) -> tuple[float, ...]:
    """Loads, hits and bytes."""
    values = {
        sample.name: sample.value
        for metric in metrics_collector.collect()
        for sample in metric.samples
    }
    names = ("loads_total", "hits_total", "bytes")
    return tuple(values[f"trainlet_model_cache_{name}"] for name in names)


class Counted:
    """The models of a store, with every load counted."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.loads: list[int] = []

    def load(self, name: str, version: int) -> Model:
        self.loads.append(version)
        return self.store.models.load(name, version)

    def is_deleted(self, name: str, version: int) -> bool:
        return self.store.models.is_deleted(name, version)


def test_threads_that_request_at_once_load_a_model_once(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    train(line())
    counted: Any = Counted(store)
    models, barrier = LoadedModels(counted, 10**9, metrics_collector), Barrier(8)
    results: list[LoadedModel] = []

    def ask() -> None:
        barrier.wait()
        results.append(models.get("line", 1))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted.loads == [1]
    assert len({id(model) for model in results}) == 1


def test_models_used_longest_ago_make_room(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    for _ in range(3):
        train(line())
    counted: Any = Counted(store)
    size = LoadedModels(counted, 1, metrics_collector).get("line", 1).bytes
    counted.loads.clear()
    models = LoadedModels(counted, 2 * size, metrics_collector)
    for version in (1, 2, 1, 3, 1, 2):
        models.get("line", version)
    assert counted.loads == [1, 2, 3, 2]


def test_a_model_larger_than_the_room_still_responses(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    train(line())
    models = LoadedModels(store.models, 1, metrics_collector)
    assert models.get("line", 1) is models.get("line", 1)


def test_a_failed_load_is_tried_again(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    models = LoadedModels(store.models, 10**9, metrics_collector)
    with pytest.raises(NotFoundError):
        models.get("line", 1)
    train(line())
    assert models.get("line", 1).preprocessing.columns == ("x1",)


def test_loads_hits_and_bytes_are_counted(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    for _ in range(2):
        train(line())
    models = LoadedModels(store.models, 1, metrics_collector)
    size = models.get("line", 1).bytes
    models.get("line", 1)
    models.get("line", 2)
    assert counted_by(metrics_collector) == (2, 1, size)


def test_a_deleted_model_is_let_go_but_not_taken_from_who_has_it(
    store: Store, train: Train, metrics_collector: Metrics
) -> None:
    train(line())
    models = LoadedModels(store.models, 10**9, metrics_collector)
    held = models.get("line", 1)
    store.models.delete("line", 1)
    with pytest.raises(NotFoundError, match="was deleted"):
        models.get("line", 1)
    assert counted_by(metrics_collector) == (1, 1, 0)
    assert held.outputs_of(np.ones((1, 1), np.float32)) == [[2.0]]
    with pytest.raises(NotFoundError):
        models.get("line", 1)
