"""Uploaded files with reading options and profiles.

The content of a file is shared (see `contents`). Reading it is a background task in the folder
`uploads/{id}`, which also contains `numbers` unless the content itself is a matrix.
`profiling/{id}` exists until the task ends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from trainlet.config import to_json
from trainlet.datasets import Description, Profile, ReadingOptions, Table
from trainlet.errors import (
    CorruptFileError,
    FieldError,
    NotFoundError,
    ServiceUnavailableError,
    TooLargeError,
    ValidationError,
)
from trainlet.store import records
from trainlet.store.background_tasks import BackgroundTasks
from trainlet.store.blobs import Blobs
from trainlet.store.contents import Contents, Reference
from trainlet.store.tenant_view import EVERYTHING, TenantView
from trainlet.store.upload import Upload, dataset_id, read_upload

MAX_CACHED = 32
"""Maximum number of cached profiles. A profile of many columns is slow to parse."""

MAX_TRIES = 50
"""Attempts at adding a dataset while the same one is deleted."""

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Spooled:
    """Received file; `keep` stores it under a key."""

    sha256: str
    bytes: int
    keep: Callable[[str], object]


class Uploads:
    """All uploads that a tenant can see."""

    def __init__(self, blobs: Blobs, view: TenantView = EVERYTHING) -> None:
        self._blobs = blobs
        self._contents = Contents(blobs)
        self._view = view
        self.background_tasks = BackgroundTasks(blobs, "uploads", "profiling")
        """Background tasks that read the files."""
        self._read: dict[tuple[int, str], Upload] = {}

    def for_tenant(self, view: TenantView) -> Uploads:
        """Return a view that is limited to a tenant."""
        return Uploads(self._blobs, view)

    @contextmanager
    def spool(self, chunks: Iterable[bytes], most: int) -> Iterator[Spooled]:
        """Store a file as it arrives. It is removed unless it is added.

        Raises TooLargeError beyond `most` bytes, and ValidationError for an empty file.
        """
        digest, size = hashlib.sha256(), 0
        with self._blobs.new_file("contents") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLargeError(f"the file has more than {most} bytes")
                digest.update(chunk)
                file.write(chunk)
            if not size:
                raise ValidationError(
                    [FieldError((), "", "a file that is not empty", "must not be empty")]
                )
            yield Spooled(digest.hexdigest(), size, file.keep)

    def receive(
        self,
        chunks: Iterable[bytes],
        most: int,
        name: str,
        media_type: str,
        options: ReadingOptions,
    ) -> tuple[Upload, bool]:
        """Spool a file and add it."""
        with self.spool(chunks, most) as file:
            return self.add(file, name, media_type, options)

    def add(
        self, file: Spooled, name: str, media_type: str, options: ReadingOptions
    ) -> tuple[Upload, bool]:
        """Return the dataset of a file, and whether it is new."""
        owner = self._view.owner
        # Owners share no contents, so that no owner can probe for another owner's files.
        private = f"{owner}\0{file.sha256}".encode()
        digest = file.sha256 if owner is None else hashlib.sha256(private).hexdigest()
        about = {
            "name": name,
            "media_type": media_type,
            "options": options,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "owner": owner,
        }
        return self._add(about, lambda new: self._contents.add(digest, new, file.keep))

    def read_again(self, upload_id: str, options: ReadingOptions) -> tuple[Upload, bool]:
        """Return the dataset of the same content with other options, and whether it is new.

        Raises NotFoundError.
        """
        upload = self.get(upload_id)
        about = {
            "name": upload.name,
            "media_type": upload.media_type,
            "options": options,
            "bytes": upload.bytes,
            "sha256": upload.sha256,
            "owner": upload.owner,
        }

        def refer(new: str) -> Reference:
            reference = self._contents.refer(upload.content, new)
            try:
                # A dataset's record is deleted before its reference, so the content is protected.
                if self.get(upload_id).reference == upload.reference:
                    return reference
            except NotFoundError:
                pass
            self._contents.release(reference)
            raise NotFoundError(f"dataset {upload_id} was deleted")

        return self._add(about, refer)

    def _add(self, about: dict[str, Any], refer: Callable[[str], Reference]) -> tuple[Upload, bool]:
        options = about["options"]
        new = dataset_id(about["owner"], about["sha256"], about["media_type"], options)
        for _ in range(MAX_TRIES):
            with suppress(NotFoundError):
                return self.get(new), False
            reference = refer(new)
            record = about | {
                "options": to_json(options),
                "content": reference.content,
                "reference": reference.name,
                "created_at": records.now(),
            }
            with suppress(NotFoundError):  # its folder, if the same dataset is being deleted
                with self._blobs.batch() as batch:
                    created = self.background_tasks.ask(batch, new, record)
                if created:
                    return self.get(new), True
            self._contents.release(reference)
        raise ServiceUnavailableError(f"dataset {new} is being deleted; try again")

    def get(self, upload_id: str) -> Upload:
        """Return the upload with this id. Raises NotFoundError."""
        key = f"uploads/{upload_id}"
        names = self._blobs.names(key) if _ID.fullmatch(upload_id) else []
        if "about" not in names:
            raise NotFoundError(f"there is no dataset {upload_id[:64]!r}")
        upload = self._known(upload_id, names)
        if not self._view.sees(upload.owner, self._view.prefix):
            raise NotFoundError(f"there is no dataset {upload_id[:64]!r}")
        return upload

    def _known(self, upload_id: str, names: Sequence[str]) -> Upload:
        if "end" not in names:
            return self._get(upload_id, names)
        # The same dataset may have been deleted and uploaded again.
        stamp = self._blobs.written_at(f"uploads/{upload_id}/end"), upload_id
        if stamp not in self._read:
            if len(self._read) >= MAX_CACHED:
                self._read.clear()
            self._read[stamp] = self._get(upload_id, names)
        return self._read[stamp]

    def _get(self, upload_id: str, names: Sequence[str]) -> Upload:
        key = f"uploads/{upload_id}"
        about = self._blobs.read(f"{key}/about")
        end = self._blobs.read(f"{key}/end") if "end" in names else None
        return read_upload(upload_id, about, end)

    def left_contents(self, latest: float) -> Iterator[tuple[str, list[Reference]]]:
        """Yield contents that no dataset needs, last written before a time in nanoseconds."""
        for content, references in self._contents.old(latest):
            if not any(self._needs(upload_id, one) for one, upload_id in references):
                yield content, [reference for reference, _ in references]

    def delete_content(self, content: str, references: list[Reference]) -> None:
        """Remove a content that no dataset needs."""
        self._contents.reopen(content)
        for reference in references:
            self._contents.release(reference)
        self._contents.collect(content)

    def _needs(self, upload_id: str, reference: Reference) -> bool:
        try:
            return self.get(upload_id).reference == reference.name
        except NotFoundError:
            return False
        except CorruptFileError:
            return True

    def list(self, limit: int, cursor: str | None = None) -> tuple[list[Upload], str | None]:
        """Return up to `limit` uploads, newest first, and the cursor of the next page, if any."""
        results: list[Upload] = []
        for upload_id in self._blobs.names("uploads"):
            with suppress(NotFoundError, CorruptFileError):
                results.append(self.get(upload_id))
        results.sort(key=lambda upload: (upload.created_at, upload.id), reverse=True)
        positions = [position for position, upload in enumerate(results) if upload.id == cursor]
        first = positions[0] + 1 if positions else 0
        page = results[first : first + limit]
        return page, page[-1].id if len(results) > first + limit else None

    def delete(self, upload_id: str) -> None:
        """Remove an upload; open files stay readable. Raises NotFoundError."""
        upload = self.get(upload_id)
        self.background_tasks.delete(upload_id)
        self._contents.release(Reference(upload.content, upload.reference))

    def content(self, upload_id: str) -> Path:
        """Return the path of the uploaded file."""
        return self._contents.path(self.get(upload_id).content)

    def draft(self, upload_id: str, attempt: int) -> Path:
        """Return a path for the numbers of an attempt; earlier drafts are removed."""
        return self._blobs.draft(f"uploads/{upload_id}", f"numbers-{attempt}")

    def finish(self, upload_id: str, profile: Profile, draft: Path) -> None:
        """Record that a dataset is ready, and store the numbers of `draft` if they are needed."""
        if profile.offset is None:
            self._blobs.adopt(draft, f"uploads/{upload_id}/numbers")
        self.background_tasks.end(upload_id, {"status": "ready", "profile": profile.to_json()})

    def table(self, upload_id: str) -> tuple[Table, Description]:
        """Return the memory-mapped samples of an upload and their description.

        Raises NotFoundError, ConflictError unless it is ready, and CorruptFileError if a file is
        damaged.
        """
        upload = self.get(upload_id)
        profile = upload.profile
        own = profile.offset is None
        width, dtype = len(profile.details), np.dtype(profile.dtype)
        shape = (width, profile.rows) if profile.by_column else (profile.rows, width)
        offset = profile.offset or 0
        try:
            numbers = f"uploads/{upload_id}/numbers"
            path = self._blobs.local(numbers) if own else self._contents.path(upload.content)
            if path.stat().st_size != offset + prod(shape) * dtype.itemsize:
                raise CorruptFileError(
                    f"the numbers of dataset {upload_id} are damaged: their size differs"
                )
            matrix: Any = np.memmap(path, dtype, "r", offset, shape)
        except (FileNotFoundError, NotFoundError):
            raise NotFoundError(f"there is no dataset {upload_id!r}") from None
        table, description = profile.table(matrix.T if profile.by_column else matrix)
        return table, replace(description, file=upload.training_file)
