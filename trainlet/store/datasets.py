"""Datasets: content under its own SHA-256."""

from __future__ import annotations

import hashlib
import re

from trainlet.errors import Corrupt, NotFound
from trainlet.store.blobs import Blobs

_ID = re.compile(r"[0-9a-f]{64}")


class Datasets:
    """Stored datasets; the same content is stored once."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def put(self, content: bytes) -> str:
        """Store content, durable at return, and answer its id."""
        dataset_id = hashlib.sha256(content).hexdigest()
        self._blobs.create(f"datasets/{dataset_id}", content)
        return dataset_id

    def read(self, dataset_id: str) -> bytes:
        """The content with this id. Raises NotFound, or Corrupt if it is not what was stored."""
        if not _ID.fullmatch(dataset_id):
            raise NotFound(f"there is no dataset {dataset_id[:64]!r}")
        try:
            content = self._blobs.read(f"datasets/{dataset_id}")
        except NotFound:
            raise NotFound(f"there is no dataset {dataset_id!r}") from None
        if hashlib.sha256(content).hexdigest() != dataset_id:
            raise Corrupt(f"dataset {dataset_id} is not what was stored")
        return content
