"""Models: trained networks, one safetensors file each, ready once their job has succeeded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlet.config import from_json, to_json
from trainlet.datasets import FittedPreparation, parse
from trainlet.errors import Corrupt, Invalid, NotFound
from trainlet.network import Network
from trainlet.network.tape import Array
from trainlet.spec import JobSpec
from trainlet.store.array_file import pack, unpack, unpack_metadata
from trainlet.store.attempts import History
from trainlet.store.blobs import Blobs
from trainlet.store.jobs import Job, Jobs
from trainlet.store.records import from_text, to_text
from trainlet.store.versions import Versions

KIND = "trainlet model"
_TOLD = ("job", "spec", "input_shape", "preparation", "history", "metrics", "provenance")


@dataclass(frozen=True)
class Model:
    """All of a trained network. `provenance` tells seed, fingerprint, packages and durations."""

    job: str
    spec: JobSpec
    network: Network
    parameters: Array
    preparation: FittedPreparation
    history: History
    metrics: dict[str, float]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class ModelRecord:
    """What is to be said of a ready model without its weights; `bytes` is the file's size."""

    name: str
    version: int
    job: Job
    spec: JobSpec
    preparation: FittedPreparation
    metrics: dict[str, float]
    provenance: dict[str, Any]
    bytes: int
    sha256: str


ModelPage = tuple[list[ModelRecord], str | None]


class Models:
    """All models. Nothing of one ever changes, so whoever reads may keep what was read."""

    def __init__(self, blobs: Blobs, jobs: Jobs, versions: Versions) -> None:
        self._blobs = blobs
        self._jobs = jobs
        self._versions = versions

    def publish(self, model: Model) -> str:
        """Store a model's file, durable at return, and answer the SHA-256 of what is stored.

        If an earlier attempt got as far as this, its file stays: it holds the same weights. The
        model is ready once the job's end is recorded.
        """
        data = pack(
            KIND,
            model.network.arrays(model.parameters),
            {
                "job": model.job,
                "spec": to_json(model.spec),
                "input_shape": model.network.input_shape,
                "preparation": to_json(model.preparation),
                "history": to_text(model.history),
                "metrics": to_text(model.metrics),
                "provenance": model.provenance,
            },
        )
        if not self._blobs.create(_key(model.job), data):
            data = self._blobs.read(_key(model.job))
        return hashlib.sha256(data).hexdigest()

    def find(self, job: str) -> tuple[Model, str] | None:
        """The model that a job has published, though it may not be ready, with its SHA-256.

        None if there is none; one that fails a check is removed.
        """
        try:
            data = self._blobs.read(_key(job))
            return read_model(data, job), hashlib.sha256(data).hexdigest()
        except NotFound:
            return None
        except Corrupt:
            self._blobs.delete(_key(job))
            return None

    def newest(self, name: str) -> int:
        """The highest version of a name that is ready. Raises NotFound if none is."""
        for version in self._ready(name):
            return version
        raise NotFound(f"there is no model {name[:64]!r} that is ready")

    def get(self, name: str, version: int | None = None) -> ModelRecord:
        """A ready model, by default the newest of its name. Raises NotFound, or Corrupt."""
        version = self.newest(name) if version is None else version
        job = self._job(name, version)
        about, size = self._metadata(job.id)
        try:
            preparation = from_json(FittedPreparation, about["preparation"])
        except Invalid as error:
            raise Corrupt(f"the model of job {job.id} has a broken preparation: {error}") from None
        return ModelRecord(
            name,
            version,
            job,
            job.spec,
            preparation,
            from_text(about["metrics"]),
            about["provenance"],
            size,
            job.sha256 or "",
        )

    def list(self, limit: int, cursor: str | None = None) -> ModelPage:
        """The newest ready version of up to `limit` names, newest first, and the next cursor."""
        newest = []
        for name in self._versions.names():
            for version in self._ready(name):
                newest.append((self._versions.job(name, version), name, version))
                break
        newest.sort(reverse=True)
        chosen = [entry for entry in newest if cursor is None or entry[0] < cursor]
        page = [self.get(name, version) for _, name, version in chosen[:limit]]
        return page, chosen[limit - 1][0] if len(chosen) > limit else None

    def versions(self, name: str) -> Iterator[int]:
        """The versions of a name that are ready, newest first. Raises NotFound if none is."""
        self.newest(name)
        return self._ready(name)

    def load(self, name: str, version: int | None = None) -> Model:
        """A ready model with its weights. Raises NotFound; Corrupt if its file fails a check."""
        job = self._job(name, self.newest(name) if version is None else version)
        return read_model(self._checked(job), job.id)

    def weights(self, name: str, version: int | None = None) -> bytes:
        """The safetensors file of a ready model. Raises NotFound, or Corrupt."""
        return self._checked(self._job(name, self.newest(name) if version is None else version))

    def _ready(self, name: str) -> Iterator[int]:
        for version in self._versions.numbers(name):
            try:
                self._job(name, version)
            except NotFound:
                continue
            yield version

    def _job(self, name: str, version: int) -> Job:
        job = self._jobs.get(self._versions.job(name, version))
        if job.status != "succeeded":
            raise NotFound(f"version {version} of model {name!r} is not ready: {job.status}")
        return job

    def _checked(self, job: Job) -> bytes:
        data = self._blobs.read(_key(job.id))
        if hashlib.sha256(data).hexdigest() != job.sha256:
            raise Corrupt(f"the model of job {job.id} is not what was stored")
        return data

    def _metadata(self, job_id: str) -> tuple[dict[str, Any], int]:
        length = self._blobs.read(_key(job_id), 0, 8)
        header = self._blobs.read(_key(job_id), 8, 8 + int.from_bytes(length, "little"))
        return unpack_metadata(KIND, length + header, *_TOLD), self._blobs.size(_key(job_id))


def read_model(data: bytes, job: str) -> Model:
    """The model in a file, whoever wrote it. Raises Corrupt at the first thing that is wrong."""
    arrays, about = unpack(KIND, data, *_TOLD)
    try:
        spec = from_json(JobSpec, about["spec"])
        preparation = from_json(FittedPreparation, about["preparation"])
        architecture = spec.architecture
        shape = tuple(int(size) for size in about["input_shape"])
        network = Network(architecture.layers, shape, architecture.dtype)
        parameters = network.flat(arrays)
        fits = _fits(preparation, network)
    except (Invalid, TypeError, ValueError) as error:
        raise Corrupt(f"the model of job {job} does not fit together: {error}") from None
    if about["job"] != job or not fits or not np.isfinite(parameters).all():
        raise Corrupt(f"the file of job {job} is not of a model that could be served")
    return Model(
        job,
        spec,
        network,
        parameters,
        preparation,
        from_text(about["history"]),
        from_text(about["metrics"]),
        about["provenance"],
    )


def _fits(preparation: FittedPreparation, network: Network) -> bool:
    """Whether what the preparation makes of a point is what the network takes."""
    features = preparation.features
    numbers = [values for values in (preparation.mean, preparation.scale) if values is not None]
    return (
        network.input_shape == (len(features),)
        and all(parse(feature, preparation.columns) is not None for feature in features)
        and len(numbers) != 1
        and all(len(values) == len(features) for values in numbers)
    )


def _key(job: str) -> str:
    return f"models/{job}.safetensors"
