"""Local cache of files from an object store. Any of them may be lost."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_COPIES = 64
"""Maximum number of files in the cache."""


class Copies:
    """Cached files in a folder, which is created when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, what: str, size: int, fetch: Callable[[], Iterable[bytes]]) -> Path:
        """Return a cached file; fetch it unless one of this size exists.

        The file may be removed, but processes that have it open can still read it.
        """
        path = self._there() / hashlib.sha256(what.encode()).hexdigest()
        if not path.exists() or path.stat().st_size != size:
            self._fill(path, fetch)
            self._thin()
        return path

    def draft(self, name: str) -> Path:
        """Return a path at which this process may write a file that will become an object."""
        own = hashlib.sha256(name.encode()).hexdigest()
        return self._there() / f".draft-{os.getpid()}-{own}"

    def temporary(self) -> Any:
        """Return a writable file that is removed when it is closed."""
        return tempfile.NamedTemporaryFile(dir=self._there(), prefix=".new-")

    def _there(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def _fill(self, path: Path, fetch: Callable[[], Iterable[bytes]]) -> None:
        new = self._folder / f".new-{os.getpid()}-{secrets.token_hex(8)}"
        try:
            with new.open("xb") as file:
                file.writelines(fetch())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)

    def _thin(self) -> None:
        kept = [path for path in self._folder.iterdir() if not path.name.startswith(".")]
        with suppress(FileNotFoundError):
            kept.sort(key=lambda path: path.stat().st_atime_ns)
        for path in kept[:-MAX_COPIES]:
            path.unlink(missing_ok=True)
