"""Trained models, one safetensors file each, ready once their job has succeeded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from trainlet.errors import ConflictError, CorruptFileError, NotFoundError
from trainlet.store import records
from trainlet.store.aliases import Aliases
from trainlet.store.blobs import Blobs
from trainlet.store.jobs import Jobs, new_id
from trainlet.store.model_file import Model, read_header, read_model, write_model
from trainlet.store.model_record import ModelRecord
from trainlet.store.ready import Ready, ReadyVersions
from trainlet.store.tenant_view import TenantView
from trainlet.store.versions import Versions

ModelPage = tuple[list[ModelRecord], str | None]
Wanted = Callable[[ModelRecord], bool]


class Models:
    """All models. They are immutable, so callers may cache them."""

    def __init__(self, blobs: Blobs, jobs: Jobs, versions: Versions, aliases: Aliases) -> None:
        self._blobs = blobs
        self._versions = versions
        self._jobs = jobs
        self._ready = ReadyVersions(jobs, versions)
        self.aliases = aliases

    def for_tenant(self, view: TenantView) -> Models:
        """Return a view that is limited to a tenant."""
        versions, aliases = self._versions.for_tenant(view), self.aliases.for_tenant(view)
        return Models(self._blobs, self._jobs, versions, aliases)

    def kept_as(self, name: str) -> str:
        """Return a model's name in the view of all tenants. Raises NotFoundError."""
        return self._versions.kept_as(name)

    def publish(self, model: Model) -> str:
        """Store a model's file, durable at return, and return the SHA-256 of the stored file.

        If an earlier attempt stored a file, it stays, because it contains the same weights. The
        model is ready once the job's end is recorded.
        """
        data = write_model(model)
        if not self._blobs.create(_key(model.job), data):
            data = self._blobs.read(_key(model.job))
        return hashlib.sha256(data).hexdigest()

    def add(self, name: str, model: Model) -> int:
        """Store an imported model, ready at return, and return its version."""
        own_id = new_id()
        data = write_model(replace(model, job=own_id))
        self._blobs.create(_key(own_id), data)
        sha256 = hashlib.sha256(data).hexdigest()
        with self._blobs.batch() as batch:
            return self._versions.reserve(batch, name, own_id, sha256=sha256, at=records.now())

    def find(self, job: str) -> tuple[Model, str] | None:
        """Return the model that a job published and its SHA-256, even if it is not ready.

        Returns None if there is none. A damaged file is removed.
        """
        try:
            data = self._blobs.read(_key(job))
            return read_model(data, job), hashlib.sha256(data).hexdigest()
        except NotFoundError:
            return None
        except CorruptFileError:
            self._blobs.delete(_key(job))
            return None

    def newest(self, name: str) -> int:
        """Return the highest ready version of a name. Raises NotFoundError if there is none."""
        return self._ready.newest(name)

    def number(self, name: str, version: str) -> int:
        """Resolve a version number or an alias; it may not be ready. Raises NotFoundError."""
        if re.fullmatch(r"[1-9][0-9]{0,17}", version, re.ASCII):
            return int(version)
        return self.aliases.version(name, version)

    def is_deleted(self, name: str, version: int) -> bool:
        """Return whether a version was deleted; caches must check this."""
        return self._versions.is_deleted(name, version)

    def get(self, name: str, version: int | None = None) -> ModelRecord:
        """Return the metadata of a ready model, by default the newest of its name.

        Raises NotFoundError, or CorruptFileError.
        """
        version = self.newest(name) if version is None else version
        ready = self._ready.one(name, version)
        length = self._read(ready, 0, 8)
        header = read_header(self._read(ready, 0, 8 + int.from_bytes(length, "little")))
        return ModelRecord(
            name=name,
            version=version,
            job=ready.id if ready.trained_here else None,
            created_at=ready.created_at,
            spec=header.spec,
            architecture=header.architecture,
            task=header.preprocessing.encoding.task,
            input_shape=header.input_shape,
            preprocessing=header.preprocessing,
            metrics=header.metrics,
            provenance=header.provenance,
            bytes=self._blobs.size(_key(ready.id)),
            sha256=ready.sha256,
            aliases=tuple(a for a, v in self.aliases.of(name).items() if v == version),
        )

    def list(
        self, limit: int, cursor: str | None = None, wanted: Wanted = lambda record: True
    ) -> ModelPage:
        """Return the newest ready versions of up to `limit` names, and the next cursor."""
        newest = [
            (self._versions.job(name, version), name, version)
            for name in self._versions.names()
            for version in islice(self._ready.of(name), 1)
        ]
        return self._page(sorted(newest, reverse=True), limit, cursor, wanted)

    def list_versions(self, name: str, limit: int, cursor: str | None = None) -> ModelPage:
        """Return up to `limit` ready versions of a name, newest first. Raises NotFoundError."""
        self.newest(name)
        ready = ((self._versions.job(name, v), name, v) for v in self._ready.of(name))
        return self._page(ready, limit, cursor, lambda record: True)

    def _page(
        self,
        entries: Iterable[tuple[str, str, int]],
        limit: int,
        cursor: str | None,
        wanted: Wanted,
    ) -> ModelPage:
        page: list[ModelRecord] = []
        last = ""
        for key, name, version in entries:
            if cursor is not None and key >= cursor:
                continue
            try:
                record = self.get(name, version)
            except (NotFoundError, CorruptFileError):
                continue  # just deleted or damaged; `get` reports the error
            if not wanted(record):
                continue
            if len(page) == limit:
                return page, last
            page.append(record)
            last = key
        return page, None

    def versions(self, name: str) -> Iterator[int]:
        """Return the ready versions of a name, newest first. Raises NotFoundError."""
        self.newest(name)
        return self._ready.of(name)

    def point(self, name: str, alias: str, version: int) -> None:
        """Point an alias to a ready version.

        Raises NotFoundError, or ValidationError for an invalid alias.
        """
        self._ready.one(name, version)
        self.aliases.point(name, alias, version)

    def delete(self, name: str, version: int) -> None:
        """Delete a ready version. Its number is never reused, and cached copies stay valid.

        Raises NotFoundError; ConflictError if an alias points to it.
        """
        ready = self._ready.one(name, version)
        for alias, pointed in self.aliases.of(name).items():
            if pointed == version:
                raise ConflictError(
                    f"alias {alias!r} points to version {version} of model {name!r}"
                )
        self._versions.delete(name, version)
        self._blobs.delete(_key(ready.id))

    def delete_all(self, name: str) -> None:
        """Delete every ready version of a name.

        Raises NotFoundError; ConflictError if there are aliases.
        """
        versions = list(self.versions(name))
        aliases = self.aliases.of(name)
        if aliases:
            raise ConflictError(f"aliases point to model {name!r}: {', '.join(aliases)}")
        for version in versions:
            self.delete(name, version)

    def load(self, name: str, version: int | None = None) -> Model:
        """Return a ready model with its weights.

        Raises NotFoundError; CorruptFileError if its file is damaged.
        """
        ready = self._ready.one(name, self.newest(name) if version is None else version)
        return read_model(self._checked(ready), ready.id)

    def weights(self, name: str, version: int | None = None) -> bytes:
        """Return the safetensors file of a ready model. Raises NotFoundError, CorruptFileError."""
        version = self.newest(name) if version is None else version
        return self._checked(self._ready.one(name, version))

    def _checked(self, ready: Ready) -> bytes:
        data = self._read(ready)
        if hashlib.sha256(data).hexdigest() != ready.sha256:
            raise CorruptFileError(f"the model of job {ready.id} is damaged: its SHA-256 differs")
        return data

    def _read(self, ready: Ready, start: int = 0, stop: int | None = None) -> bytes:
        try:
            return self._blobs.read(_key(ready.id), start, stop)
        except NotFoundError:
            if self._versions.is_deleted(ready.name, ready.version):
                raise
            raise CorruptFileError(f"the model file of job {ready.id} is missing") from None


def _key(job: str) -> str:
    return f"models/{job}.safetensors"
