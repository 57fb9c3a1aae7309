"""Downloads: a file that appears whole and checked, or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from trainlet.errors import CorruptFileError


def save(pieces: Iterable[bytes], path: Path, sha256: str | None) -> None:
    """Write pieces to a file, whose SHA-256 must come out as told, in place of one that is there.

    Raises CorruptFileError if it does not, OSError if the file cannot be written.
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


def _check(name: str, promised: str | None) -> None:
    if promised is not None and name != promised:
        raise CorruptFileError(f"what came has the SHA-256 {name}, and the model has {promised}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
