"""The data directory: made when it is missing, and used by one supervisor at a time."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from trainlet.errors import ConflictError, ServiceUnavailableError

TIMEOUT_SECONDS = 2.0
"""Seconds for the processes of a supervisor that was killed to let go of the directory."""


class DataDirectory:
    """A directory, held by a lock from entering to leaving the context.

    Raises ConflictError when another process holds it and ServiceUnavailableError when it cannot be
    written.
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
                "choose another by TRAINLET_DATA_DIR"
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
        """A folder in the directory that only this user can enter."""
        folder = self.path / name
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise ServiceUnavailableError(
                f"cannot write to {folder}: {error.strerror}; "
                "choose another data directory by TRAINLET_DATA_DIR"
            ) from None
        return folder

    def _take(self) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not self._locked():
            if time.monotonic() > deadline:
                holder = os.pread(self.lock, 20, 0).decode() or "unknown"
                raise ConflictError(
                    f"the data directory {self.path} is in use by process {holder}; "
                    "stop that one, or choose another directory by TRAINLET_DATA_DIR"
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
