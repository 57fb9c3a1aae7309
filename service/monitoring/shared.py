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

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable in which prometheus_client looks for the folder."""

PREFIX = "trainlet-meters-"

SECONDS_UNHELD = 10
"""Longer than it takes from making a folder to holding it."""


@contextmanager
def shared() -> Iterator[None]:
    """Have the meters that are made meanwhile count together with those of forked processes.

    The folder is gone afterwards; those of processes that were killed go now. Raises OSError.
    """
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is held, or somebody else's
            _remove(folder)
    with TemporaryDirectory(prefix=PREFIX) as own, _held(own):
        os.environ[FOLDER] = own
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        yield


def _remove(folder: Path) -> None:
    if time.time() - folder.stat().st_mtime > SECONDS_UNHELD:
        with _held(folder):
            rmtree(folder)


@contextmanager
def _held(folder: str | Path) -> Iterator[None]:
    """Lock a folder; processes that are forked meanwhile hold it as well. Raises OSError.

    What removes old temporary files leaves it alone then, too: see tmpfiles.d(5).
    """
    number = os.open(folder, os.O_RDONLY)
    try:
        flock(number, LOCK_EX | LOCK_NB)
        yield
    finally:
        os.close(number)
