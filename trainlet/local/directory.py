"""Data directory, locked by one supervisor at a time."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from trainlet.errors import ConflictError, ServiceUnavailableError

TIMEOUT_SECONDS = 2.0
"""Seconds for the processes of a killed supervisor to release the directory."""


class DataDirectory:
    """Directory that is locked while the context is active.

    Raises ConflictError if another process holds the lock, and ServiceUnavailableError if the
    directory cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path).absolute()

    def __enter__(self) -> DataDirectory:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ServiceUnavailableError(
                f"cannot write to the data directory {self.path}: {error.strerror}; "
                "set TRAINLET_DATA_DIR to another directory"
            ) from None
        try:
            self._take()
        except BaseException:
            os.close(self.lock)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self.lock)

    def folder(self, name: str) -> Path:
        """Create a subdirectory that only this user can access, and return its path."""
        folder = self.path / name
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise ServiceUnavailableError(
                f"cannot write to {folder}: {error.strerror}; "
                "set TRAINLET_DATA_DIR to another directory"
            ) from None
        return folder

    def _take(self) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not self._locked():
            if time.monotonic() > deadline:
                holder = os.pread(self.lock, 20, 0).decode() or "unknown"
                raise ConflictError(
                    f"the data directory {self.path} is in use by process {holder}; "
                    "stop it, or set TRAINLET_DATA_DIR to another directory"
                )
            time.sleep(0.05)
        os.truncate(self.lock, 0)
        os.pwrite(self.lock, str(os.getpid()).encode(), 0)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
