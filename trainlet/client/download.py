"""Atomic, verified download to a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from trainlet.errors import CorruptFileError


def save(pieces: Iterable[bytes], path: Path, sha256: str | None) -> None:
    """Write chunks to a file atomically, and verify its SHA-256 if one is given.

    Raises CorruptFileError if the SHA-256 differs, OSError if the file cannot be written.
    """
    digest = hashlib.sha256()
    folder = path.parent
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        _check(digest.hexdigest(), sha256)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _check(actual: str, expected: str | None) -> None:
    if expected is not None and actual != expected:
        raise CorruptFileError(f"the download has the SHA-256 {actual} instead of {expected}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
