"""Models held in memory: loaded once, never stale, because a model never changes."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import FittedPreparation
from trainlet.errors import NotFound, TrainletError
from trainlet.network import predictor, workspace
from trainlet.store import Model, Models

Array = NDArray[Any]

OVERHEAD = 65_536
"""Bytes that a model takes besides its numbers: configurations, recorded calls."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to predict: raw points through its preparation to outputs."""

    stored: Model
    """All of it but its history, which may be long."""
    preparation: FittedPreparation
    dtype: str
    input_shape: tuple[int, ...]
    """Of one prepared sample."""
    output_units: int
    outputs_of: Callable[[Array], Array]
    bytes: int

    @classmethod
    def of(cls, model: Model) -> LoadedModel:
        """Make a stored model ready."""
        return cls(
            replace(model, history={}),
            model.preparation,
            model.network.dtype,
            model.network.input_shape,
            model.network.output_shape[-1],
            predictor(model.network, model.parameters),
            OVERHEAD + model.parameters.nbytes + workspace(model.network),
        )


class LoadedModels:
    """The models used last, by name and version, up to so many bytes of memory.

    `loads` counts reads of a file, `hits` requests that found their model here, `bytes` what the
    models held take.
    """

    def __init__(self, models: Models, most_bytes: int) -> None:
        self._models = models
        self._most_bytes = most_bytes
        self._held: OrderedDict[tuple[str, int], Future[LoadedModel]] = OrderedDict()
        self._lock = Lock()
        self.loads = self.hits = self.bytes = 0

    def get(self, name: str, version: int, *, is_there: bool = False) -> LoadedModel:
        """Answer a model; of several threads that ask at once, one loads it.

        Raises NotFound, or Corrupt. Whether it was deleted while it was here is looked up unless
        the caller knows that it `is_there`.
        """
        key = name, version
        with self._lock:
            future = self._held.get(key)
            if future is not None:
                self._held.move_to_end(key)
                self.hits += 1
            else:
                loading: Future[LoadedModel] = Future()
                self._held[key] = loading
                self.loads += 1
        if future is None:
            return self._load(key, loading)
        model = future.result()
        if not is_there and self._models.is_deleted(name, version):
            self._drop(key, future)
            raise NotFound(f"version {version} of model {name!r} was deleted")
        return model

    def warm(self, keys: Iterable[tuple[str, int]]) -> None:
        """Load models before anybody asks, as long as there is room.

        One that cannot be loaded is told in the log, and again to whoever asks for it.
        """
        for name, version in keys:
            if self.bytes >= self._most_bytes:
                return
            try:
                model = self.get(name, version)
                model.outputs_of(np.zeros((1, *model.input_shape), model.dtype))
            except TrainletError as error:
                logger.warning("model %s, version %d is not warm: %s", name, version, error)

    def _load(self, key: tuple[str, int], loading: Future[LoadedModel]) -> LoadedModel:
        try:
            model = LoadedModel.of(self._models.load(*key))
        except BaseException as error:
            with self._lock:
                del self._held[key]
            loading.set_exception(error)
            raise
        loading.set_result(model)
        with self._lock:
            self.bytes += model.bytes
            self._make_room()
        return model

    def _make_room(self) -> None:
        """Drop the models used longest ago, but never the last one."""
        for key in [key for key, future in self._held.items() if future.done()][:-1]:
            if self.bytes <= self._most_bytes:
                return
            self.bytes -= self._held.pop(key).result().bytes

    def _drop(self, key: tuple[str, int], future: Future[LoadedModel]) -> None:
        with self._lock:
            if self._held.get(key) is future:
                self.bytes -= self._held.pop(key).result().bytes
