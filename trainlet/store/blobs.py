"""Create-only blobs with atomic, durable writes.

A key is a path of lower-case words, such as `jobs/0190…/spec`. The path before the last slash is
its folder. Keys are never changed: of several processes that create the same key, one succeeds.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from trainlet.errors import FieldError, NotFoundError, ServiceUnavailableError, ValidationError
from trainlet.store.durable_files import DurableBatch, NewFile, new_file, sync, translated_errors

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*")


class Blobs:
    """Blobs below a local folder, given as `file:///an/absolute/path`.

    Raises ValidationError for any other URL. Every method raises ServiceUnavailableError when the
    file system fails (full, read-only, removed).
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        root = unquote(parts.path)
        if parts.scheme != "file" or parts.netloc or not root.startswith("/"):
            allowed = "file:///an/absolute/path"
            raise ValidationError([FieldError(("BLOB_URL",), url, allowed, f"must be {allowed}")])
        self.root = Path(root)
        with translated_errors():
            self.root.mkdir(parents=True, exist_ok=True)
        self._folder = str(self.root)

    may_fork = True
    """Whether a process may fork after it used this backend."""

    def check(self, folder: str) -> None:
        """Raise ServiceUnavailableError unless a folder can be read."""
        if not self.exists(folder):
            raise ServiceUnavailableError("the blob store does not exist")

    def path(self, key: str) -> str:
        """Return the file of a key. Raises NotFoundError if `key` is invalid.

        The path is a string, because a Path interns every part of every name. In a long-running
        process with ever new names, Python would rebuild its table of interned strings repeatedly.
        """
        self._require(key)
        return f"{self._folder}/{key}"

    def _require(self, key: str) -> None:
        if len(key) > 200 or not _KEY.fullmatch(key):
            raise NotFoundError(f"no blob is named {key[:100]!r}")

    def create(self, key: str, data: bytes) -> bool:
        """Create the key with `data`, durable at return; False if it exists already.

        Raises NotFoundError if its folder does not exist.
        """
        with self.batch() as batch:
            return batch.create(key, data)

    def create_locked(self, key: str, data: bytes) -> int | None:
        """Create like `create`, and lock the file exclusively before it gets its name.

        Returns the open file descriptor, or None if the key exists. The lock ends with the
        descriptor, at the latest when this process exits or is killed.
        """
        with self.batch() as batch:
            return batch.create_locked(key, data)

    def make_folder(self, folder: str) -> None:
        """Create a folder if it is missing, durable at return. Its parent must exist."""
        with self.batch() as batch:
            batch.make_folder(folder)

    @contextmanager
    def batch(self) -> Iterator[DurableBatch]:
        """Create several keys and folders with one sync at the end, which is faster."""
        batch = DurableBatch(self.path)
        yield batch
        batch.sync()

    def new_file(self, folder: str) -> AbstractContextManager[NewFile]:
        """Return a file for chunked writes. It is removed unless it is kept."""
        return new_file(folder, self.path)

    def is_locked(self, key: str) -> bool:
        """Return whether a live process holds the lock of `create_locked` on this key."""
        with translated_errors(key), open(self.path(key), "rb") as file:
            return not _locks(file.fileno())

    def lock(self, key: str, seconds: float = 10) -> int:
        """Wait for the lock of `create_locked` on a key, and hold it.

        Raises NotFoundError if the key does not exist or was deleted, and ServiceUnavailableError
        after `seconds`.
        """
        deadline = time.monotonic() + seconds
        with translated_errors(key):
            descriptor = os.open(self.path(key), os.O_RDONLY | os.O_CLOEXEC)
        while not _locks(descriptor) and time.monotonic() < deadline:
            time.sleep(0.005)
        if _locks(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor
        gone = not os.fstat(descriptor).st_nlink
        os.close(descriptor)
        raise (
            NotFoundError(f"{key} was deleted")
            if gone
            else ServiceUnavailableError(f"{key} is in use")
        )

    def read(self, key: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the bytes of a key, or those from `start` to `stop`.

        Raises NotFoundError if the key does not exist.
        """
        with translated_errors(key), open(self.path(key), "rb") as file:
            file.seek(start)
            return file.read() if stop is None else file.read(min(stop, self.size(key)) - start)

    def room(self) -> int | None:
        """Return the free space in bytes; None if it is unknown."""
        with translated_errors():
            result = os.statvfs(self.root)
        return result.f_bavail * result.f_frsize

    def size(self, key: str) -> int:
        """Return the size of a key in bytes. Raises NotFoundError."""
        with translated_errors(key):
            return os.stat(self.path(key)).st_size

    def written_at(self, key: str) -> int:
        """Return when a key was written, in nanoseconds since 1970. Raises NotFoundError."""
        with translated_errors(key):
            return os.stat(self.path(key)).st_mtime_ns

    def exists(self, key: str) -> bool:
        """Return whether a key exists."""
        return self._stat(key) is not None

    def changed_at(self, folder: str) -> int:
        """Return when a folder's names last changed, in nanoseconds; 0 if it does not exist.

        Timestamps of file systems advance every few milliseconds, so two changes can share one.
        """
        result = self._stat(folder)
        return 0 if result is None else result.st_mtime_ns

    def _stat(self, key: str) -> os.stat_result | None:
        try:
            return os.stat(self.path(key))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ServiceUnavailableError(f"the blob store fails: {error.strerror}") from error

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, unordered; none if the folder does not exist."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError), os.scandir(path) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
        return []

    def local(self, key: str) -> Path:
        """Return a local file with the content of a key, for mapping. Raises NotFoundError."""
        path = Path(self.path(key))
        if not path.exists():
            raise NotFoundError(f"there is no {key}")
        return path

    def draft(self, folder: str, name: str) -> Path:
        """Return a path for a file that will become a key, and remove earlier drafts."""
        path = Path(self.path(folder))
        for left in path.glob(".draft-*"):
            left.unlink(missing_ok=True)
        return path / f".draft-{name}"

    def adopt(self, draft: Path, key: str) -> None:
        """Move a draft to a key, durable at return; replaces an existing one."""
        path = self.path(key)
        with translated_errors(key):
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.replace(path)
            sync(os.path.dirname(path))

    def delete(self, key: str) -> None:
        """Remove a key, if it exists."""
        with translated_errors(key), suppress(FileNotFoundError):
            os.unlink(self.path(key))

    def delete_folder(self, folder: str) -> None:
        """Remove a folder and its keys, if it exists."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError):
            for name in os.listdir(path):
                with suppress(FileNotFoundError):
                    os.unlink(f"{path}/{name}")
        self.delete_if_empty(folder)

    def delete_if_empty(self, folder: str) -> None:
        """Remove a folder if it exists and is empty."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError):
            try:
                os.rmdir(path)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            sync(os.path.dirname(path))


def _locks(descriptor: int) -> bool:
    """Take the lock of an open file, unless another process holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
