"""Lookup of the model versions that can be served."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from trainlet.errors import NotFoundError
from trainlet.store.jobs import Jobs
from trainlet.store.versions import Versions


@dataclass(frozen=True)
class Ready:
    """Version that can be served: id and SHA-256 of its file, and when it became ready."""

    name: str
    version: int
    id: str
    sha256: str
    created_at: str
    trained_here: bool


MAX_CACHED = 10_000
"""Maximum number of names whose newest version is cached."""

TICK = 100_000_000
"""Nanoseconds after which another change of a folder certainly gives it a new timestamp."""


class ReadyVersions:
    """Ready versions: their job has succeeded, and they are not deleted."""

    def __init__(self, jobs: Jobs, versions: Versions) -> None:
        self._jobs = jobs
        self._versions = versions
        self._newest: dict[str, tuple[int, int]] = {}

    def newest(self, name: str) -> int:
        """Return the highest ready version of a name. Raises NotFoundError if there is none.

        The cached version is valid until a number is reserved or a version is deleted. While jobs
        with higher numbers are unfinished, nothing is cached.
        """
        changed_at = self._versions.changed_at(name)
        known = self._newest.get(name)
        if known is not None and known[0] == changed_at:
            return known[1]
        for version in self.of(name):
            if self._is_settled(name, version, changed_at):
                if len(self._newest) >= MAX_CACHED:
                    self._newest.clear()
                self._newest[name] = changed_at, version
            return version
        raise NotFoundError(f"there is no model {name[:64]!r} that is ready")

    def _is_settled(self, name: str, version: int, changed_at: int) -> bool:
        """Return whether a version stays the newest until the folder of its name changes."""
        last = next(iter(self._versions.numbers(name)), 0) == version
        return last and time.time_ns() - changed_at > TICK

    def of(self, name: str) -> Iterator[int]:
        """Yield the ready versions of a name, newest first."""
        for version in self._versions.numbers(name):
            try:
                self.one(name, version)
            except NotFoundError:
                continue
            yield version

    def one(self, name: str, version: int) -> Ready:
        """Return a ready version. Raises NotFoundError."""
        about = self._versions.record(name, version)
        if self._versions.is_deleted(name, version):
            raise NotFoundError(f"version {version} of model {name!r} was deleted")
        if "sha256" in about:
            return Ready(
                name, version, about["job"], about["sha256"], about["at"], trained_here=False
            )
        job = self._jobs.origin(about["job"])
        if job.status != "succeeded" or job.sha256 is None or job.finished_at is None:
            raise NotFoundError(f"version {version} of model {name!r} is not ready: {job.status}")
        return Ready(name, version, job.id, job.sha256, job.finished_at, trained_here=True)
