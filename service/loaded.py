"""Models held in memory: loaded once, never stale, because a model never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from trainlet.datasets import FittedPreparation
from trainlet.network import predictor
from trainlet.store import Model, Models

Array = NDArray[Any]


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to predict: raw points through its preparation to outputs."""

    preparation: FittedPreparation
    dtype: str
    outputs_of: Callable[[Array], Array]
    bytes: int

    @classmethod
    def of(cls, model: Model) -> LoadedModel:
        """Make a stored model ready."""
        return cls(
            model.preparation,
            model.network.dtype,
            predictor(model.network, model.parameters),
            model.parameters.nbytes,
        )


class LoadedModels:
    """The models used last, by name and version, up to so many bytes of parameters."""

    def __init__(self, models: Models, most_bytes: int) -> None:
        self._models = models
        self._most_bytes = most_bytes
        self._held: OrderedDict[tuple[str, int], Future[LoadedModel]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str, version: int) -> LoadedModel:
        """Answer a model; of several threads that ask at once, one loads it.

        Raises NotFound, or Corrupt.
        """
        key = name, version
        with self._lock:
            future = self._held.get(key)
            if future is not None:
                self._held.move_to_end(key)
            else:
                loading: Future[LoadedModel] = Future()
                self._held[key] = loading
        return future.result() if future is not None else self._load(key, loading)

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
            self._make_room()
        return model

    def _make_room(self) -> None:
        """Drop the models used longest ago, but never the last one."""
        sizes = {key: future.result().bytes for key, future in self._held.items() if future.done()}
        total = sum(sizes.values())
        for key in list(sizes)[:-1]:
            if total <= self._most_bytes:
                return
            total -= sizes[key]
            del self._held[key]
