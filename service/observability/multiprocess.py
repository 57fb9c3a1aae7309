"""Shared meters: what the processes of a service count is one, by files in a folder of theirs."""

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
"""The variable in which prometheus_client looks for the folder."""

KINDS = ("counter", "gauge_sum", "histogram")
"""What its files are named after."""

MAX_FILE_BYTES = 2**19
"""Bytes of a file: more than the series of all routes take, each with a dozen statuses."""

PREFIX = "trainlet-meters-"

UNUSED_SECONDS = 10
"""Longer than it takes from making a folder to holding it."""


@contextmanager
def shared() -> Iterator[None]:
    """Have the meters that are made meanwhile count together with those of forked processes.

    The folder is gone afterwards; those of processes that were killed go now. Raises OSError and
    ServiceUnavailableError.
    """
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is held, or somebody else's
            _remove(folder)
    with TemporaryDirectory(prefix=PREFIX) as own, _held(own):
        os.environ[FOLDER] = own
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        assign_folder()
        yield


def assign_folder() -> None:
    """Give the present process the room that it counts in, which is not to run out later.

    Where it is mapped and the disk is full, a process dies of it. Raises ServiceUnavailableError.
    """
    folder = os.environ[FOLDER]
    for kind in KINDS:
        file = Path(folder, f"{kind}_{os.getpid()}.db")
        new = file.with_suffix(".new")  # nobody reads one that is empty
        try:
            with new.open("xb") as empty:
                os.posix_fallocate(empty.fileno(), 0, MAX_FILE_BYTES)
            new.rename(file)
        except OSError as error:
            raise ServiceUnavailableError(
                f"there is no room to count in {folder}: {error.strerror}"
            ) from None


def _remove(folder: Path) -> None:
    if time.time() - folder.stat().st_mtime > UNUSED_SECONDS:
        with _held(folder):
            rmtree(folder)


@contextmanager
def _held(folder: str | Path) -> Iterator[None]:
    """Lock a folder; processes that are forked meanwhile hold it as well. Raises OSError.

    What removes old temporary files leaves it alone then, too: see tmpfiles.d(5).
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        flock(number, LOCK_EX | LOCK_NB)
        yield
    finally:
        os.close(number)
