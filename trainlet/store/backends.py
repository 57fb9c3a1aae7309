"""Storage backends by URL: local files or an object store."""

from __future__ import annotations

import tempfile
from pathlib import Path

from trainlet.errors import ServiceUnavailableError
from trainlet.store.blobs import Blobs

OBJECTS = ("s3://", "gs://", "az://")


def is_remote(url: str) -> bool:
    """Return whether a URL names an object store."""
    return url.startswith(OBJECTS)


def open_blobs(url: str, kept: Path | None = None) -> Blobs:
    """Return the blobs at a URL; an object store keeps local copies in `kept`.

    Raises ValidationError for an invalid URL, and ServiceUnavailableError.
    """
    if not is_remote(url):
        return Blobs(url)
    try:
        from trainlet.store.objects import Objects  # noqa: PLC0415  # an extra
    except ImportError:
        message = "object stores require the extra `objects`: pip install 'trainlet[objects]'"
        raise ServiceUnavailableError(message) from None
    return Objects(url, kept or Path(tempfile.gettempdir()) / "trainlet-kept")
