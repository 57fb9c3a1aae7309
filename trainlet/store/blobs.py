"""Blobs: named bytes that are there whole or not at all, and stay once they are there.

A key is a path of lower-case words, `jobs/0190…/spec`; the part before the last slash is its
folder. Keys are created, never changed: of several who create the same key, one succeeds.
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
    """Blobs below a folder of this machine, given as `file:///an/absolute/path`.

    Raises ValidationError for any other URL, and ServiceUnavailableError from every method when the
    file system fails (full, read-only, gone).
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
    """Whether a process that has used it may be forked."""

    def check(self, folder: str) -> None:
        """Raise ServiceUnavailableError unless a folder can be read."""
        if not self.exists(folder):
            raise ServiceUnavailableError("the blob store is gone")

    def path(self, key: str) -> str:
        """The file of a key. Raises NotFoundError if `key` could never be one.

        It is text, since a Path interns every part of every name: in a process that sees new
        names for as long as it runs, the table of interned strings is made anew again and again.
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
        """Create like `create`, and hold an exclusive lock on the file from before it has a name.

        Answers the open file descriptor, or None if the key exists. The lock ends with the
        descriptor, at the latest with this process, however it dies.
        """
        with self.batch() as batch:
            return batch.create_locked(key, data)

    def make_folder(self, folder: str) -> None:
        """Make sure that a folder exists, durable at return; so must the one around it."""
        with self.batch() as batch:
            batch.make_folder(folder)

    @contextmanager
    def batch(self) -> Iterator[DurableBatch]:
        """Create several keys and folders, durable together at the end: it costs less time."""
        batch = DurableBatch(self.path)
        yield batch
        batch.sync()

    def new_file(self, folder: str) -> AbstractContextManager[NewFile]:
        """A file to be written piece by piece; unless it is kept, nothing is left of it."""
        return new_file(folder, self.path)

    def is_locked(self, key: str) -> bool:
        """Whether a living process holds the lock of `create_locked` on this key."""
        with translated_errors(key), open(self.path(key), "rb") as file:
            return not _locks(file.fileno())

    def lock(self, key: str, seconds: float = 10) -> int:
        """Wait for the lock of `create_locked` on a key, and hold it as that does.

        Raises NotFoundError if there is no such key, or none any more; ServiceUnavailableError
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
            NotFoundError(f"there is no {key} any more")
            if gone
            else ServiceUnavailableError(f"{key} is in use")
        )

    def read(self, key: str, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes of a key, or those from `start` to `stop`.

        Raises NotFoundError if there is none.
        """
        with translated_errors(key), open(self.path(key), "rb") as file:
            file.seek(start)
            return file.read() if stop is None else file.read(min(stop, self.size(key)) - start)

    def room(self) -> int | None:
        """How many bytes can still be stored, or None if nobody can tell."""
        with translated_errors():
            result = os.statvfs(self.root)
        return result.f_bavail * result.f_frsize

    def size(self, key: str) -> int:
        """How many bytes a key has. Raises NotFoundError if there is none."""
        with translated_errors(key):
            return os.stat(self.path(key)).st_size

    def written_at(self, key: str) -> int:
        """When a key was written, in nanoseconds. Raises NotFoundError if there is none."""
        with translated_errors(key):
            return os.stat(self.path(key)).st_mtime_ns

    def exists(self, key: str) -> bool:
        """Whether there is such a key."""
        return self._stat(key) is not None

    def changed_at(self, folder: str) -> int:
        """When a name came into a folder or left it last, in nanoseconds; 0 if it does not exist.

        Clocks of file systems tick every few milliseconds: two changes can have the same time.
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
        """The names in a folder, unordered; a folder that does not exist has none."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError), os.scandir(path) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
        return []

    def local(self, key: str) -> Path:
        """A file with the content of a key, to be read or mapped. Raises NotFoundError."""
        path = Path(self.path(key))
        if not path.exists():
            raise NotFoundError(f"there is no {key}")
        return path

    def draft(self, folder: str, name: str) -> Path:
        """Where a file may be written that is to become a key; earlier drafts are removed."""
        path = Path(self.path(folder))
        for left in path.glob(".draft-*"):
            left.unlink(missing_ok=True)
        return path / f".draft-{name}"

    def adopt(self, draft: Path, key: str) -> None:
        """Make a draft a key, durable at return, whatever was there."""
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
        """Remove a folder with the keys right in it, if it exists."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError):
            for name in os.listdir(path):
                with suppress(FileNotFoundError):
                    os.unlink(f"{path}/{name}")
        self.delete_if_empty(folder)

    def delete_if_empty(self, folder: str) -> None:
        """Remove a folder if it exists and another process has not put a key into it."""
        path = self.path(folder)
        with translated_errors(folder), suppress(FileNotFoundError):
            try:
                os.rmdir(path)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            sync(os.path.dirname(path))


def _locks(descriptor: int) -> bool:
    """Take the lock of an open file, unless somebody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
