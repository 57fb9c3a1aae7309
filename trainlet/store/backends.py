"""Places: which kind of store a URL leads to."""

from __future__ import annotations

import tempfile
from pathlib import Path

from trainlet.errors import ServiceUnavailableError
from trainlet.store.blobs import Blobs

OBJECTS = ("s3://", "gs://", "az://")


def is_remote(url: str) -> bool:
    """Whether a URL leads to an object store."""
    return url.startswith(OBJECTS)


def open_blobs(url: str, kept: Path | None = None) -> Blobs:
    """The blobs that a URL leads to; `kept` is where an object store may keep copies as files.

    Raises ValidationError for a URL that leads nowhere, and ServiceUnavailableError.
    """
    if not is_remote(url):
        return Blobs(url)
    try:
        from trainlet.store.objects import Objects  # noqa: PLC0415  # an extra
    except ImportError:
        message = "the package obstore is not installed: pip install 'trainlet[objects]'"
        raise ServiceUnavailableError(message) from None
    return Objects(url, kept or Path(tempfile.gettempdir()) / "trainlet-kept")
