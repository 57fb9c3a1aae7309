"""Idempotency keys and the jobs they created, kept for 24 hours."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs

TTL_SECONDS = 24 * 3600


@dataclass(frozen=True)
class StoredKey:
    """Stored key: its job's id, the hash of the request body and the expiry time."""

    job: str
    body: str
    until: float

    @property
    def expired(self) -> bool:
        return time.time() > self.until


class IdempotencyKeys:
    """Idempotency keys of the last 24 hours. Only their hashes are stored."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def find(self, key: str) -> StoredKey | None:
        """Return a stored key; None if it is unknown or expired."""
        try:
            kept = self._decoded(self._blobs.read(_path(digest(key))))
        except NotFoundError:
            return None
        return None if kept.expired else kept

    @contextmanager
    def hold(self, key: str, job: str, body: str) -> Iterator[StoredKey]:
        """Store a key for a job and a body unless it exists, and yield what is stored.

        Concurrent requests with the same key run one after another, across processes. If one
        dies, the next one sees its progress.
        """
        path = _path(digest(key))
        record = asdict(StoredKey(job, body, time.time() + TTL_SECONDS))
        descriptor = None
        while descriptor is None:
            descriptor = self._blobs.create_locked(path, records.encode(record))
            try:
                descriptor = self._blobs.lock(path) if descriptor is None else descriptor
                kept = self._decoded(self._blobs.read(path))
            except NotFoundError:
                continue
            if kept.expired:
                self._blobs.delete(path)
                os.close(descriptor)
                descriptor = None
        try:
            yield kept
        finally:
            os.close(descriptor)

    def forget(self, name: str, job: str) -> None:
        """Delete a job's key by the hash of the key."""
        with suppress(NotFoundError, CorruptFileError):
            if self._decoded(self._blobs.read(_path(name))).job == job:
                self._blobs.delete(_path(name))

    def expire(self) -> None:
        """Delete all expired keys."""
        for name in self._blobs.names("keys"):
            with suppress(NotFoundError, CorruptFileError):
                if self._decoded(self._blobs.read(_path(name))).expired:
                    self._blobs.delete(_path(name))

    def _decoded(self, data: bytes) -> StoredKey:
        record = records.decode(data, "job", "body", "until")
        return StoredKey(record["job"], record["body"], record["until"])


def digest(key: str) -> str:
    """Return the hash under which a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def _path(name: str) -> str:
    return f"keys/{name}"
