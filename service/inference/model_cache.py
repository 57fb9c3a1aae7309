"""Cache of models in memory, never stale because a version is immutable."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.observability.metrics import Metrics
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import NotFoundError, TrainletError
from trainlet.network import predictor, workspace
from trainlet.store import Model, Models

Array = NDArray[Any]

OVERHEAD = 65_536
"""Bytes of a model besides its parameters: configurations, recorded calls."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A model prepared for inference: preprocessing, then the network."""

    stored: Model
    """The model without its history, which may be long."""
    preprocessing: FittedPreprocessing
    dtype: str
    input_shape: tuple[int, ...]
    """Shape of one preprocessed sample."""
    output_units: int
    outputs_of: Callable[[Array], Array]
    bytes: int

    @classmethod
    def of(cls, model: Model) -> LoadedModel:
        """Prepare a stored model for inference."""
        return cls(
            replace(model, history={}),
            model.preprocessing,
            model.network.dtype,
            model.network.input_shape,
            model.network.output_shape[-1],
            predictor(model.network, model.parameters),
            OVERHEAD + model.parameters.nbytes + workspace(model.network),
        )


class LoadedModels:
    """LRU cache of models by name and version, limited in bytes.

    The metrics count file reads as loads and cached models as hits.
    """

    def __init__(self, models: Models, max_bytes: int, metrics_collector: Metrics) -> None:
        self._models = models
        self._metrics_collector = metrics_collector
        self._max_bytes = max_bytes
        self._held: OrderedDict[tuple[str, int], LoadedModel] = OrderedDict()
        self._loading: dict[tuple[str, int], Future[LoadedModel]] = {}
        self._lock = Lock()
        self._bytes = 0

    def get(self, name: str, version: int, *, is_there: bool = False) -> LoadedModel:
        """Return a model; concurrent requests for the same one load it once.

        Raises NotFoundError, or CorruptFileError. Checks that a cached model was not deleted,
        unless `is_there`.
        """
        key = name, version
        with self._lock:
            model, loading = self._held.get(key), self._loading.get(key)
            if model is not None:
                self._held.move_to_end(key)
            elif loading is None:
                own = self._loading[key] = Future()
        if model is not None or loading is not None:
            self._metrics_collector.cache_hits.inc()
        if model is None:
            return self._load(key, own) if loading is None else loading.result()
        if not is_there and self._models.is_deleted(name, version):
            self._drop(key, model)
            raise NotFoundError(f"Version {version} of model {name!r} was deleted.")
        return model

    def load_newest(self) -> None:
        """Preload the models that have aliases, until the cache is full.

        A model that cannot be loaded is logged; requests for it raise the error again.
        """
        for name, version in self._aliased():
            if self._bytes >= self._max_bytes:
                return
            try:
                model = self.get(name, version)
                model.outputs_of(np.zeros((1, *model.input_shape), model.dtype))
            except TrainletError as error:
                logger.warning("failed to preload model %s version %d: %s", name, version, error)

    def _aliased(self) -> Iterator[tuple[str, int]]:
        aliases = self._models.aliases
        for name in aliases.names():
            for version in sorted(set(aliases.of(name).values())):
                yield name, version

    def _load(self, key: tuple[str, int], loading: Future[LoadedModel]) -> LoadedModel:
        self._metrics_collector.cache_loads.inc()
        try:
            model = LoadedModel.of(self._models.load(*key))
        except BaseException as error:
            with self._lock:
                del self._loading[key]
            loading.set_exception(error)
            raise
        with self._lock:
            del self._loading[key]
            self._held[key] = model
            held = self._bytes + model.bytes
            while held > self._max_bytes and len(self._held) > 1:
                _, oldest = self._held.popitem(last=False)
                held -= oldest.bytes
            self._hold(held)
        loading.set_result(model)
        return model

    def _drop(self, key: tuple[str, int], model: LoadedModel) -> None:
        with self._lock:
            if self._held.get(key) is model:
                del self._held[key]
                self._hold(self._bytes - model.bytes)

    def _hold(self, held: int) -> None:
        self._bytes = held
        self._metrics_collector.cache_bytes.set(held)
