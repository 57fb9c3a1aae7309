"""Content-addressed datasets, by their SHA-256."""

from __future__ import annotations

import hashlib
import re

from trainlet.datasets import Description, Table
from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store.blobs import Blobs
from trainlet.store.uploads import Uploads

_ID = re.compile(r"[0-9a-f]{64}")


class Datasets:
    """Stored datasets; equal content is stored once."""

    def __init__(self, blobs: Blobs, uploads: Uploads) -> None:
        self._blobs = blobs
        self._uploads = uploads

    def put(self, content: bytes) -> str:
        """Store content, durable at return, and return its id."""
        dataset_id = hashlib.sha256(content).hexdigest()
        self._blobs.create(f"datasets/{dataset_id}", content)
        return dataset_id

    def read(self, dataset_id: str) -> bytes | tuple[Table, Description]:
        """Return the content with this id, or the table and description of an uploaded file.

        Raises NotFoundError, ConflictError for an upload that is not ready, or CorruptFileError if
        the stored content is damaged.
        """
        if _ID.fullmatch(dataset_id) and self._blobs.exists(f"uploads/{dataset_id}/about"):
            return self._uploads.table(dataset_id)
        return self._content(dataset_id)

    def _content(self, dataset_id: str) -> bytes:
        if not _ID.fullmatch(dataset_id):
            raise NotFoundError(f"there is no dataset {dataset_id[:64]!r}")
        try:
            content = self._blobs.read(f"datasets/{dataset_id}")
        except NotFoundError:
            raise NotFoundError(f"there is no dataset {dataset_id!r}") from None
        if hashlib.sha256(content).hexdigest() != dataset_id:
            raise CorruptFileError(f"dataset {dataset_id} is damaged: its SHA-256 differs")
        return content
