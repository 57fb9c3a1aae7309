"""Health check of a worker: `python -m worker.healthcheck [--ready]`, beside the worker.

A worker answers nobody. It writes into the file TRAINLET_HEALTH_FILE each second how it is: as long
as it does, its loop turns; what it writes tells whether Redis and the store could be used.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from trainlet.settings import SettingsError, load

MAX_AGE_SECONDS = 90.0
"""A worker that has written nothing for longer than that hangs: one without Redis, which turns no
more, gives up after a minute by itself."""

READY_AGE_SECONDS = 15.0
"""One that has written nothing for longer than that should not be counted on."""

HEALTHY = "well"


class HealthFile:
    """The file in which a worker says how it is; without a path nothing is said."""

    def __init__(self, path: str | None) -> None:
        self._path = path

    def say(self, content: str = HEALTHY) -> None:
        """Write how things are. A probe finds it whole; a disk that is full changes nothing."""
        if self._path is None:
            return
        path = Path(self._path)
        beside = path.with_name(f".{path.name}-{os.getpid()}")
        with suppress(OSError):
            beside.write_text(content, encoding="utf-8")
            beside.replace(path)

    def leave(self) -> None:
        """Say nothing any more."""
        if self._path is not None:
            Path(self._path).unlink(missing_ok=True)


def problem(path: Path, *, ready: bool) -> str | None:
    """What speaks against the worker being alive or, if asked for, ready; None if nothing does."""
    try:
        age = time.time() - path.stat().st_mtime
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        return f"no worker has said anything: {error}"
    if abs(age) > (READY_AGE_SECONDS if ready else MAX_AGE_SECONDS):
        return f"the worker has said nothing for {age:.0f} seconds"
    return content if ready and content != HEALTHY else None


def main(arguments: list[str]) -> int:
    """0 for well, 1 for not, 2 where nothing can be told; what is wrong is told in words."""
    try:
        path = load().health_file
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if path is None or not set(arguments) <= {"--ready"}:
        message = (
            "TRAINLET_HEALTH_FILE is not set" if path is None else "only --ready can be asked for"
        )
        print(message, file=sys.stderr)  # noqa: T201
        return 2
    wrong = problem(Path(path), ready="--ready" in arguments)
    if wrong is not None:
        print(wrong, file=sys.stderr)  # noqa: T201
    return 0 if wrong is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
