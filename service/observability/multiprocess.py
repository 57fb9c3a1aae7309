"""Metrics shared by API processes, in files of a temporary folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

from prometheus_client import values

from trainlet.errors import ServiceUnavailableError

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable from which prometheus_client takes the folder."""

KINDS = ("counter", "gauge_sum", "histogram")
"""Prefixes of its file names."""

MAX_FILE_BYTES = 2**19
"""Bytes per file: more than all routes with a dozen statuses each need."""

PREFIX = "trainlet-metrics-"

UNUSED_SECONDS = 10
"""Longer than it takes to create a folder and lock it."""


@contextmanager
def shared() -> Iterator[None]:
    """Share metrics that are created inside the block with forked processes.

    The folder is removed afterwards. Folders of killed processes are removed first. Raises
    OSError and ServiceUnavailableError.
    """
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is locked, or belongs to another user
            _remove(folder)
    with TemporaryDirectory(prefix=PREFIX) as own, _held(own):
        os.environ[FOLDER] = own
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        assign_folder()
        yield


def assign_folder() -> None:
    """Create the metric files of the current process at their full size.

    A process that writes to a mapped file on a full disk is killed by SIGBUS. Raises
    ServiceUnavailableError.
    """
    folder = os.environ[FOLDER]
    for kind in KINDS:
        file = Path(folder, f"{kind}_{os.getpid()}.db")
        new = file.with_suffix(".new")  # an empty file is never read
        try:
            with new.open("xb") as empty:
                os.posix_fallocate(empty.fileno(), 0, MAX_FILE_BYTES)
            new.rename(file)
        except OSError as error:
            raise ServiceUnavailableError(
                f"cannot create metric files in {folder}: {error.strerror}"
            ) from None


def _remove(folder: Path) -> None:
    if time.time() - folder.stat().st_mtime > UNUSED_SECONDS:
        with _held(folder):
            rmtree(folder)


@contextmanager
def _held(folder: str | Path) -> Iterator[None]:
    """Lock a folder; forked processes inherit the lock. Raises OSError.

    systemd-tmpfiles does not remove locked folders, see tmpfiles.d(5).
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        flock(number, LOCK_EX | LOCK_NB)
        yield
    finally:
        os.close(number)
