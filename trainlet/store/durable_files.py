"""Atomic and durable creation of files, with one sync for several of them."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from trainlet import counters
from trainlet.errors import NotFoundError, ServiceUnavailableError, StoreFullError

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers for a full disk, an exceeded quota, and the process's file size limit."""


class DurableBatch:
    """Keys and folders that exist at once, and are durable once `sync` has returned."""

    def __init__(self, path: Callable[[str], str]) -> None:
        self._path = path
        self._folders: dict[str, None] = {}

    def create(self, key: str, data: bytes) -> bool:
        """Create the key with `data`. Return False if it exists already."""
        descriptor = self.create_locked(key, data)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is not None

    def create_locked(self, key: str, data: bytes) -> int | None:
        """Create the key, and lock the file before it gets its name."""
        path = self._path(key)
        folder = os.path.dirname(path)
        # The folder is synced even if another process was first, which may not have synced it yet.
        self._folders[folder] = None
        with translated_errors(key):
            descriptor, passing_name = _new_file(folder)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                _write(descriptor, data)
                _link(descriptor, path)
            except BaseException as error:
                os.close(descriptor)
                if isinstance(error, FileExistsError):
                    return None
                raise
            finally:
                if passing_name:
                    os.unlink(passing_name)
        return descriptor

    def make_folder(self, folder: str) -> None:
        """Create a folder if it is missing."""
        path = self._path(folder)
        with translated_errors(folder), suppress(FileExistsError):
            os.mkdir(path)
        self._folders[os.path.dirname(path)] = None

    def sync(self) -> None:
        """Make all names durable. The data were synced before the files got their names."""
        with translated_errors():
            while self._folders:
                sync(self._folders.popitem()[0])


class NewFile:
    """File without a name for chunked writes."""

    def __init__(self, descriptor: int, path: Callable[[str], str]) -> None:
        self._descriptor = descriptor
        self._path = path
        self._was_kept = False

    def write(self, data: bytes) -> None:
        """Add data."""
        with translated_errors():
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def keep(self, key: str) -> bool:
        """Name the file, durable at return. Return False if the key exists already."""
        path = self._path(key)
        with translated_errors(key):
            if self._was_kept and not os.fstat(self._descriptor).st_nlink:
                self._copy(os.path.dirname(path))
            os.fsync(self._descriptor)
            try:
                _link(self._descriptor, path)
            except FileExistsError:
                return False
            self._was_kept = True
            sync(os.path.dirname(path))
        return True

    def _copy(self, folder: str) -> None:
        """Continue with a copy: a file whose last name was deleted cannot be linked (linkat(2))."""
        copy, _ = _new_file(folder)
        at = 0
        while sent := os.sendfile(copy, self._descriptor, at, 2**30):
            at += sent
        os.dup2(copy, self._descriptor)
        os.close(copy)


@contextmanager
def new_file(folder: str, path: Callable[[str], str]) -> Iterator[NewFile]:
    """Open a file that is removed at the end unless it was kept."""
    with translated_errors(folder):
        descriptor, passing_name = _new_file(path(folder))
    try:
        yield NewFile(descriptor, path)
    finally:
        os.close(descriptor)
        if passing_name:
            os.unlink(passing_name)


@contextmanager
def translated_errors(key: str = "") -> Iterator[None]:
    """Translate errors of the file system.

    A missing file is NotFoundError, a full disk StoreFullError, the rest ServiceUnavailableError.
    """
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError(f"there is no {key or 'blob folder'}") from None
    except OSError as error:
        counters.count("store_errors")
        if error.errno in NO_SPACE:
            raise StoreFullError(f"the blob store is full: {error.strerror}") from error
        raise ServiceUnavailableError(f"the blob store fails: {error.strerror}") from error


def _new_file(folder: str) -> tuple[int, str | None]:
    """Open a new file, where possible without a name, so that a kill leaves no file."""
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), None
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):
            raise
    # Some file systems do not support O_TMPFILE (overlayfs before Linux 6.3).
    return tempfile.mkstemp(dir=folder, prefix=".new-")


def _write(descriptor: int, data: bytes) -> None:
    if data:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(descriptor)


def _link(descriptor: int, path: str) -> None:
    """Name an open file, unless the name exists. Raises FileExistsError."""
    # With a directory (which an absolute path ignores), Python calls linkat, which can follow the
    # link in /proc to the file; link cannot.
    os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)


def sync(folder: str) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
