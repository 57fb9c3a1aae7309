"""Blobs in an object store such as S3, shared by several machines.

A key is an object that is created with `If-None-Match: *`, so of several processes that create it
one succeeds. A folder below the first level exists as long as an object without a name marks it.

Object stores have no locks. Leases in Redis replace them, which detect a dead process more slowly.
Data that must be a file, for mapping or chunked writes, is cached in a local folder, which may be
lost.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from trainlet.errors import FieldError, NotFoundError, ValidationError
from trainlet.store.blobs import Blobs
from trainlet.store.copies import Copies
from trainlet.store.object_writes import ObjectWrites, SpooledObject, nanoseconds, translated_errors

MARK = ".folder"
LOCK_TIMEOUT = timedelta(seconds=10)

LOCKED = 3.0
"""Seconds that a new key counts as locked, in which its creator should finish its work."""


class Objects(Blobs):
    """Blobs in a bucket, given as `s3://bucket/prefix`, `gs://…` or `az://…`.

    Credentials, region and endpoint come from the store's usual environment variables, such as
    AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL.
    """

    may_fork = False  # the library runs threads

    def __init__(self, url: str, kept: Path, store: Any = None) -> None:
        self._url = url
        self._copies = Copies(kept)
        try:
            self._store = store or from_url(
                url,
                client_options={
                    "timeout": LOCK_TIMEOUT,
                    "connect_timeout": LOCK_TIMEOUT / 3,
                    "allow_http": True,  # for endpoints without TLS
                },
                retry_config={"max_retries": 3, "retry_timeout": LOCK_TIMEOUT},
            )
        except (BaseError, ValueError) as error:
            allowed = "the URL of a bucket"
            raise ValidationError([FieldError(("BLOB_URL",), url, allowed, str(error))]) from None

    def check(self, folder: str) -> None:
        self.names(folder)

    def path(self, key: str) -> str:
        self._require(key)
        return key

    def create(self, key: str, data: bytes) -> bool:
        return self.put(key, data)

    @contextmanager
    def batch(self) -> Iterator[Any]:
        yield ObjectWrites(self.put, self.mark)

    def put(self, key: str, data: bytes, *, checked: bool = False) -> bool:
        """Create an object. Return False if it exists. Raises NotFoundError without its folder."""
        self._require(key)
        folder, _, _ = key.rpartition("/")
        if not checked and "/" in folder and not self.exists_as(f"{folder}/{MARK}"):
            raise NotFoundError(f"there is no {folder}")
        with translated_errors(key):
            try:
                obstore.put(self._store, key, data, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        return True

    def mark(self, folder: str) -> None:
        """Create the marker of a folder."""
        if "/" in self.path(folder):
            with translated_errors(folder):
                obstore.put(self._store, f"{folder}/{MARK}", b"", use_multipart=False)

    @contextmanager
    def new_file(self, folder: str) -> Iterator[Any]:
        with self._copies.temporary() as file:
            yield SpooledObject(file, self.exists, self.send)

    def is_locked(self, key: str) -> bool:
        return self.exists(key)

    def lock(self, key: str, seconds: float = 10) -> int:
        """Wait until the creator of a key has had the time to use it."""
        deadline = time.monotonic() + min(seconds, LOCKED)
        while time.time() - self.written_at(key) / 1e9 < LOCKED and time.monotonic() < deadline:
            time.sleep(0.1)
        self.written_at(key)
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def read(self, key: str, start: int = 0, stop: int | None = None) -> bytes:
        self._require(key)
        with translated_errors(key):
            if stop is None and not start:
                return bytes(obstore.get(self._store, key).bytes())
            end = self.size(key) if stop is None else min(stop, self.size(key))
            if end <= start:
                return b""
            return bytes(obstore.get_range(self._store, key, start=start, end=end))

    def room(self) -> int | None:
        return None

    def size(self, key: str) -> int:
        return int(self._head(key)["size"])

    def written_at(self, key: str) -> int:
        return nanoseconds(self._head(key))

    def exists(self, key: str) -> bool:
        self._require(key)
        return self.exists_as(key)

    def exists_as(self, name: str) -> bool:
        """Return whether an object has exactly this name."""
        try:
            with translated_errors(name):
                obstore.head(self._store, name)
        except NotFoundError:
            return False
        return True

    def changed_at(self, folder: str) -> int:
        """Return a number that changes whenever the names in a folder change.

        Its seconds are those of the last change, because timestamps of object stores have a
        resolution of one second.
        """
        result = self._list(folder)
        objects = sorted(each["path"] for each in result["objects"])
        if not objects:
            return 0
        last = max(nanoseconds(each) for each in result["objects"]) // 10**9
        return last * 10**9 + zlib.crc32("\n".join(objects).encode()) % 10**9

    def names(self, folder: str) -> list[str]:
        result = self._list(folder)
        paths = [*(each["path"] for each in result["objects"]), *result["common_prefixes"]]
        names = (path.rpartition("/")[2] for path in paths)
        return [name for name in names if name != MARK]

    def delete(self, key: str) -> None:
        self._require(key)
        with translated_errors(key), suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def delete_folder(self, folder: str) -> None:
        paths = [each["path"] for each in self._list(folder)["objects"]]
        # The marker goes first, so that no other process adds keys to the folder.
        for path in sorted(paths, key=lambda path: not path.endswith(MARK)):
            with translated_errors(folder), suppress(FileNotFoundError):
                obstore.delete(self._store, path)

    def delete_if_empty(self, folder: str) -> None:
        if not self.names(folder):
            self.delete_folder(folder)

    def local(self, key: str) -> Path:
        """Return a local copy of an object; it stays readable for processes that have it open."""
        # The size detects a key that was deleted and created again with other content.
        size = self.size(key)
        return self._copies.of(f"{self._url}\n{key}", size, lambda: self._pieces(key))

    def draft(self, folder: str, name: str) -> Path:
        return self._copies.draft(f"{folder}/{name}")

    def adopt(self, draft: Path, key: str) -> None:
        self._require(key)
        self.send(key, draft)
        draft.unlink(missing_ok=True)

    def send(self, key: str, path: Path) -> None:
        """Upload a file, in parts if it is large; replaces an existing object."""
        with translated_errors(key):
            obstore.put(self._store, key, path)

    def _pieces(self, key: str) -> Iterator[bytes]:
        with translated_errors(key):
            yield from map(bytes, obstore.get(self._store, key))

    def _head(self, key: str) -> Any:
        self._require(key)
        with translated_errors(key):
            return obstore.head(self._store, key)

    def _list(self, folder: str) -> Any:
        self._require(folder)
        with translated_errors(folder):
            return obstore.list_with_delimiter(self._store, prefix=folder)
