"""Writes to an object store, with translated errors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from obstore.exceptions import AlreadyExistsError, BaseError

from trainlet import counters
from trainlet.errors import NotFoundError, ServiceUnavailableError


class ObjectWrites:
    """Several objects and folders; each is durable as soon as it is created."""

    def __init__(self, put: Callable[..., bool], mark: Callable[[str], None]) -> None:
        self._put = put
        self._mark = mark
        self._made: set[str] = set()

    def create(self, key: str, data: bytes) -> bool:
        """Create an object. Return False if it exists."""
        return self._put(key, data, checked=key.rpartition("/")[0] in self._made)

    def create_locked(self, key: str, data: bytes) -> int | None:
        """Create an object and return a dummy descriptor: object stores have no locks."""
        created = self.create(key, data)
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC) if created else None

    def make_folder(self, folder: str) -> None:
        """Create a folder if it is missing."""
        self._mark(folder)
        self._made.add(folder)


class SpooledObject:
    """Local file that becomes an object if it is kept."""

    def __init__(
        self, file: Any, exists: Callable[[str], bool], send: Callable[[str, Path], None]
    ) -> None:
        self._file = file
        self._exists = exists
        self._send = send

    def write(self, data: bytes) -> None:
        """Add data."""
        self._file.write(data)

    def keep(self, key: str) -> bool:
        """Upload the file. Return False if the key exists. The key must identify the content."""
        self._file.flush()
        if self._exists(key):
            return False
        self._send(key, Path(self._file.name))
        return True


def nanoseconds(about: Any) -> int:
    """Return when an object was last written, in nanoseconds since 1970."""
    return int(about["last_modified"].timestamp() * 10**9)


@contextmanager
def translated_errors(key: str) -> Iterator[None]:
    """Translate errors of the object store: NotFoundError, else ServiceUnavailableError."""
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError(f"there is no {key}") from None
    except (BaseError, OSError) as error:
        if isinstance(error, AlreadyExistsError):
            raise
        counters.count("store_errors")
        message = str(error).partition("\n")[0][:300]
        raise ServiceUnavailableError(f"the blob store fails: {message}") from error
