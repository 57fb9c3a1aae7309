"""Liveness and readiness probe of a worker: `python -m worker.healthcheck [--ready]`.

A worker has no HTTP server. Each second its main loop writes its health into the file
TRAINLET_HEALTH_FILE. The file's age shows whether the loop runs, and the content shows whether
Redis and the store are available.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from trainlet.settings import SettingsError, load

MAX_AGE_SECONDS = 90.0
"""Maximum age in seconds of the file of a live worker. A worker without Redis blocks, and exits by
itself after one minute."""

READY_AGE_SECONDS = 15.0
"""Maximum age in seconds of the file of a ready worker."""

HEALTHY = "well"


class HealthFile:
    """File into which a worker writes its health. Without a path, nothing is written."""

    def __init__(self, path: str | None) -> None:
        self._path = path

    def say(self, content: str = HEALTHY) -> None:
        """Replace the content atomically. A full disk is ignored."""
        if self._path is None:
            return
        path = Path(self._path)
        beside = path.with_name(f".{path.name}-{os.getpid()}")
        with suppress(OSError):
            beside.write_text(content, encoding="utf-8")
            beside.replace(path)

    def leave(self) -> None:
        """Remove the file."""
        if self._path is not None:
            Path(self._path).unlink(missing_ok=True)


def problem(path: Path, *, ready: bool) -> str | None:
    """Return why the worker is not alive or, with `ready`, not ready; None if it is."""
    try:
        age = time.time() - path.stat().st_mtime
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        return f"no worker has written the health file: {error}"
    if abs(age) > (READY_AGE_SECONDS if ready else MAX_AGE_SECONDS):
        return f"the worker has not written the health file for {age:.0f} seconds"
    return content if ready and content != HEALTHY else None


def main(arguments: list[str]) -> int:
    """Print the problem, if any, and return the exit status.

    0 means healthy, 1 unhealthy, and 2 invalid settings or arguments.
    """
    try:
        path = load().health_file
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if path is None or not set(arguments) <= {"--ready"}:
        message = "TRAINLET_HEALTH_FILE is not set" if path is None else "only --ready is allowed"
        print(message, file=sys.stderr)  # noqa: T201
        return 2
    wrong = problem(Path(path), ready="--ready" in arguments)
    if wrong is not None:
        print(wrong, file=sys.stderr)  # noqa: T201
    return 0 if wrong is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
