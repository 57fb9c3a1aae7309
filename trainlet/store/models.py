"""Models: trained networks, one safetensors file each, ready once their job has succeeded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trainlet.datasets import FittedPreparation
from trainlet.errors import Corrupt, NotFound
from trainlet.spec import JobSpec
from trainlet.store.blobs import Blobs
from trainlet.store.job import Job
from trainlet.store.jobs import Jobs
from trainlet.store.model_file import Model, read_about, read_model, write_model
from trainlet.store.versions import Versions


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
        data = write_model(model)
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
        length = self._blobs.read(_key(job.id), 0, 8)
        stop = 8 + int.from_bytes(length, "little")
        preparation, metrics, provenance = read_about(self._blobs.read(_key(job.id), 0, stop))
        return ModelRecord(
            name=name,
            version=version,
            job=job,
            spec=job.spec,
            preparation=preparation,
            metrics=metrics,
            provenance=provenance,
            bytes=self._blobs.size(_key(job.id)),
            sha256=job.sha256 or "",
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
        job = self._jobs.origin(self._versions.job(name, version))
        if job.status != "succeeded":
            raise NotFound(f"version {version} of model {name!r} is not ready: {job.status}")
        return job

    def _checked(self, job: Job) -> bytes:
        data = self._blobs.read(_key(job.id))
        if hashlib.sha256(data).hexdigest() != job.sha256:
            raise Corrupt(f"the model of job {job.id} is not what was stored")
        return data


def _key(job: str) -> str:
    return f"models/{job}.safetensors"
